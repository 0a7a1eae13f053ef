"""What paho does that a service, or somebody at a terminal, should not see."""

import threading

from brewpi.mqtt.paho_client import PahoClient


class Forgetting(PahoClient):
    """Whose thread ends between paho's last look at it and its wait for it."""

    looks = 0

    @property
    def _thread(self) -> threading.Thread | None:
        self.looks += 1
        return threading.Thread() if self.looks <= 2 else None

    @_thread.setter
    def _thread(self, thread: threading.Thread | None) -> None:
        """paho begins with none."""


def test_a_thread_that_ends_by_itself_is_no_fault_of_who_waits_for_it():
    client = Forgetting()
    client.loop_stop()
    assert client.looks == 3
