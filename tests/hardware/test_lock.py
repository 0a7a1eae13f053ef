"""One daemon for a record, from its very first start."""

import pytest

from brewpi.hardware.lock import Taken, lock_record


def test_a_record_in_a_folder_that_is_not_there_yet_keeps_a_second_daemon_away(tmp_path):
    record = tmp_path / "data" / "brewpi.sqlite"
    with lock_record(record), pytest.raises(Taken, match="another brewpi run"), lock_record(record):
        pass
