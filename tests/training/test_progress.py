"""What somebody who waits is told where no terminal draws a bar."""

import io

from training.site_retraining.progress import Lines


def test_a_line_now_and_then_with_the_time_left():
    said, now = io.StringIO(), [0.0]
    lines = Lines("judging", 100, lambda: now[0], said)
    for step in range(1, 10):
        now[0] += 30.0 if step < 3 else 5.0
        lines.advance(10)
    assert said.getvalue().splitlines() == [
        "judging: 10 of 100, about 4 min left",  # 30 s for ten: 270 s
        "judging: 20 of 100, about 4 min left",
        "judging: 60 of 100, about 53 s left",
    ]
