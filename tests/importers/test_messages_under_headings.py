"""Messages whose moment stands above their text, and lines of a chat that leave out the name of what they say."""

import pytest

from tests.importers.made_up import AT, SG, C, assert_is_the_batch, logs_of

FORMS = {
    "telegram": "Tom, [{0:%d.%m.%Y %H:%M}]\nSG {1}, {2} °C\n\n",
    "discord": "[{0:%m/%d/%Y %I:%M %p}] tom#1234\ngravity {1} at {2} C\n\n",
    "diary": "### {0:%Y-%m-%d %H:%M}\nGravity: {1}\nTemp: {2} C\n\n",
    "bare": "{0:%Y-%m-%d %H:%M}\n{1} / {2} °C\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_moment_on_a_line_of_its_own(tmp_path, name):
    text = "".join(FORMS[name].format(*row) for row in zip(AT, SG, C, strict=True))
    (log,) = logs_of(tmp_path, text)
    assert_is_the_batch(log)


def test_a_gravity_without_its_name_among_others(tmp_path):
    lines = [f"{at:%d/%m/%Y, %H:%M} - Tom: {'Gravity ' * (i % 2)}{SG[i]} @ {C[i]}C" for i, at in enumerate(AT)]
    lines.insert(3, "22/04/2024, 19:00 - Anna: nice, still bubbling!")
    (log,) = logs_of(tmp_path, "\n".join(lines))
    assert_is_the_batch(log)
