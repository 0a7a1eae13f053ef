"""Tables pasted out of mails and chats: greetings above, names below, > in front."""

import pytest

from tests.importers.made_up import ISO, SG, C, assert_is_the_batch, logs_of

ROWS = [("Date", "SG", "Temp"), *((at[:16], f"{sg:.4f}", f"{c:.1f}") for at, sg, c in zip(ISO, SG, C, strict=True))]
LAYOUTS = {
    "blanks": lambda row: f"{row[0]:<20}{row[1]:<9}{row[2]}", "one blank": " ".join, "tabs": "\t".join,
    "commas": ",".join, "bars": lambda row: "| " + " | ".join(row) + " |",
}  # fmt: skip
BEFORE = ["", "Hi Tom,\n\nhere they are:\n\n", "Tank 7, Pale Ale\n", "Data from the cellar, 16 March\n\n"]
BEHIND = [
    "", "Cheers", "\n-- \nAnna Smith\nHead brewer\n+44 1632 960961", "\n\nSent from my phone", "ok?", "\n* corrected",
    "\nABV 5.5%", "\nAvg 1.030 19.4", "\nnotes: dry hopped on day 4",
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("before", BEFORE)
def test_what_is_said_around_a_table_costs_no_temperature(tmp_path, layout, before):
    body = "\n".join(map(LAYOUTS[layout], ROWS))
    for behind in BEHIND:
        (log,) = logs_of(tmp_path, f"{before}{body}\n{behind}\n")
        assert_is_the_batch(log)


@pytest.mark.parametrize("layout", ["blanks", "tabs", "commas"])
@pytest.mark.parametrize("mark", ["> ", ">> ", ">"])
def test_a_table_in_an_answered_mail(tmp_path, layout, mark):
    body = "\n".join(f"{mark}{LAYOUTS[layout](row)}" for row in ROWS)
    (log,) = logs_of(tmp_path, f"On Mon, 16 Mar 2026 at 10:00, Anna <a@b.c> wrote:\n{body}\n{mark}\n{mark}Cheers\n")

    assert_is_the_batch(log)
