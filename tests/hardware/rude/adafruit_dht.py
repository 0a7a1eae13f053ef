"""Stands in for the real library on a machine without pins, with the manners of Blinka's pulseio and worse."""

import os
import signal
import threading
import time


def _handler(signum, frame):
    raise SystemExit(1)


signal.signal(signal.SIGTERM, _handler)
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.chdir("/")
threading.Thread(target=time.sleep, args=(3600.0,), name="driver", daemon=False).start()


class DHT22:
    temperature, humidity = 18.4, 71.0

    def __init__(self, pin, use_pulseio=True):
        assert not use_pulseio

    def measure(self):
        signal.signal(signal.SIGTERM, _handler)

    def exit(self):
        """Nothing to let go of."""
