"""Who says the last yes: nobody but a person (advise, ask), or nobody within ten minutes (act)."""

import pytest
from stored import stored

from brewpi.control.approvals import UNANSWERED_S, VETO_WINDOW_S, VETOED_S, ApprovalPolicy, Approvals

START = 1_790_000_000.0


class Asking:
    """A wish that stands while time passes."""

    def __init__(self, mode: str, key: str = "primary->rise") -> None:
        self.approval, self.key, self.now = ApprovalPolicy("step", mode), key, START
        self.wait()

    def wait(self, seconds: float = 0.0, **how: bool) -> bool:
        """Asked every minute of that time; whether it may be done at the end of it."""
        for _ in range(round(seconds / 60.0)):
            self.now += 60.0
            self.approval.is_allowed(self.key, "attenuation 0.61 of 0.60", self.now, **how)
        return self.approval.is_allowed(self.key, "attenuation 0.61 of 0.60", self.now, **how)

    @property
    def standing(self) -> tuple[str, int]:
        ask = self.approval.ask()
        return ask.standing, ask.times


def test_ask_waits_for_a_yes_for_ever():
    step = Asking("ask")
    assert not step.wait(7 * 86_400.0)
    assert step.standing[0] == "asked"
    assert step.approval.confirm("anna") is None
    assert step.wait()
    assert step.standing[0] == "confirmed"


def test_advise_says_it_and_does_nothing():
    step = Asking("advise")
    assert not step.wait(86_400.0)
    assert step.standing[0] == "advised"


def test_act_announces_and_acts_when_nobody_vetoes_in_time():
    step = Asking("act")
    assert not step.wait(VETO_WINDOW_S - 60.0)
    assert step.standing == ("announced", 1)
    assert step.wait(60.0)


def test_act_asks_all_the_same_where_a_person_is_needed():
    late = Asking("act")
    assert not late.wait(VETO_WINDOW_S + 600.0, always_ask=True)
    assert late.standing[0] == "asked"


@pytest.mark.parametrize("mode", ["ask", "act"])
def test_what_is_vetoed_is_left_alone_for_hours_and_then_asked_again(mode):
    step = Asking(mode)
    step.wait(60.0)
    assert step.approval.veto("ben", step.now) is None
    assert not step.wait(VETOED_S - 60.0)
    assert step.standing[0] == "vetoed"
    assert not step.wait(60.0)
    assert step.standing == ({"ask": "asked", "act": "announced"}[mode], 2)


def test_a_veto_takes_a_yes_back():
    step = Asking("ask")
    step.approval.confirm("anna")
    step.approval.veto("ben", step.now)
    assert not step.wait(60.0)


def test_a_yes_after_a_veto_means_nothing():
    step = Asking("ask")
    step.approval.veto("ben", step.now)
    assert step.approval.confirm("anna") == "no step waits for a confirmation"
    assert not step.wait()


def test_what_nobody_answers_is_said_again_twice_a_day():
    step = Asking("ask")
    said = []
    for _ in range(3):
        step.wait(UNANSWERED_S)
        said.append(step.standing[1])
    assert said == [2, 3, 4]


def test_another_question_needs_another_yes():
    step = Asking("ask")
    step.approval.confirm("anna")
    step.key = "rise->crash"
    assert not step.wait()


def test_a_yes_to_what_is_no_longer_wished_for_is_gone():
    step = Asking("ask")
    step.approval.confirm("anna")
    step.approval.withdraw()
    assert step.approval.confirm("anna") == "no step waits for a confirmation"
    assert not step.wait()


def test_turning_ask_into_act_announces_first():
    step = Asking("ask")
    step.wait(86_400.0)
    step.approval.mode = "act"
    assert not step.wait()
    assert not step.wait(VETO_WINDOW_S - 60.0)
    assert step.wait(60.0)


def restarted(step: Asking, away_s: float) -> Asking:
    again = Asking("ask")
    again.approval = ApprovalPolicy("step")
    again.approval.restore(stored(step.approval.snapshot()), step.now + away_s)
    again.now = step.now + away_s
    again.wait()
    return again


def test_a_yes_and_a_no_survive_a_restart():
    yes, no = Asking("ask"), Asking("ask")
    yes.approval.confirm("anna")
    no.approval.veto("anna", no.now)
    assert restarted(yes, 600.0).wait()
    assert not restarted(no, 600.0).wait()
    assert restarted(no, 600.0).standing[0] == "vetoed"


def test_a_veto_of_an_announcement_survives_a_restart():
    step = Asking("act")
    step.approval.veto("ben", step.now)
    assert restarted(step, 600.0).standing[0] == "vetoed"


def test_an_announcement_begins_anew_after_a_restart_for_nobody_could_veto_meanwhile():
    step = Asking("act")
    step.wait(VETO_WINDOW_S - 60.0)
    again = restarted(step, 3600.0)
    assert again.approval.mode == "act"
    assert not again.wait(VETO_WINDOW_S - 60.0)
    assert again.wait(60.0)


def test_an_answer_to_a_question_that_is_over_answers_no_other():
    """Two people stand before the same question: the second yes came when the next step was asked already."""
    approvals = Approvals()
    step = approvals.policies["step"]
    step.is_allowed("primary->rise", "rise", 0.0)
    assert approvals.confirm("step", "anna", 1.0, key="primary->rise") is None
    step.withdraw()
    step.is_allowed("rise->crash", "crash", 2.0)
    refused = "primary->rise is not asked any more; look what is asked now"
    assert approvals.confirm("step", "ben", 3.0, key="primary->rise") == refused
    assert approvals.veto("step", "ben", 3.0, key="primary->rise") == refused
    assert approvals.confirm("step", "ben", 3.0, key="rise->crash") is None
