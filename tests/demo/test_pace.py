"""In the demo an hour is a second; whoever wants to drain has the time for it."""

from brewpi.demo.cellar import CELLAR_S_PER_S, READY_S_PER_S, SLOWER, DemoCellar
from brewpi.records import Permissive


def test_time_slows_before_something_is_armed_and_arming_outlives_its_frame():
    demo = DemoCellar(1)
    gate = demo.cellar.tanks["ale"].interlocks.drain
    assert gate is not None
    assert demo.pace == CELLAR_S_PER_S
    gate._permissives = (Permissive("step", True, "reached"),)
    assert demo.pace == READY_S_PER_S
    assert gate.approval.arm("anna", demo.clock.time, gate.missing) is None
    assert demo.pace == SLOWER["armed"] < READY_S_PER_S


def test_a_frame_ends_when_time_is_to_slow_down():
    demo = DemoCellar(1)
    gate = demo.cellar.tanks["ale"].interlocks.drain
    assert gate is not None
    began = demo.clock.time
    tick = demo.cellar.tick

    def armed(now: float) -> object:
        reports = tick(now)
        gate.approval.standing = "armed"
        return reports

    demo.cellar.tick = armed  # type: ignore[method-assign, assignment]
    with demo.cellar.opened(began):
        demo.live(720.0, 60.0)
    assert demo.clock.time - began == 60.0
