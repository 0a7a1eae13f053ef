"""A header behind the sign of a comment, over columns apart by blanks, as gnuplot, NumPy and Fortran have it."""

import pytest

from tests.importers.made_up import HOURS, SG, C, assert_is_the_batch, logs_of, refusal_of, sg4

NUMBERS = list(zip(HOURS, sg4(), C, strict=True))
BLANKS = "".join(f"{h} {sg} {c}\n" for h, sg, c in NUMBERS)
WIDE = "".join(f"{h:>8.1f}  {sg:>8}  {c:>6}\n" for h, sg, c in NUMBERS)
NUMPY = "".join(f"{h:.18e} {sg:.18e} {c:.18e}\n" for h, sg, c in zip(HOURS, SG, C, strict=True))
HEADS = {
    "of_numpy": ("# hours sg temp\n", NUMPY), "of_numpy_with_units": ("# time[h] sg temp[degC]\n", NUMPY),
    "without_a_blank": ("#hours sg temp\n", BLANKS), "of_latex": ("% hours sg temp\n", BLANKS),
    "of_fortran": ("! hours  sg  temp\n", WIDE), "in_c": ("// hours sg temp\n", BLANKS),
    "of_several_words": ("# Time (h)  Specific gravity  Beer temp (C)\n", WIDE),
    "below_others": ("# brew 17  amber\n# OG = 1.052\n# hours  sg  temp\n", BLANKS),
    "twice_marked": ("## hours sg temp\n", WIDE),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_it_names_the_columns(tmp_path, name):
    (log,) = logs_of(tmp_path, "".join(HEADS[name]))
    assert_is_the_batch(log)


@pytest.mark.parametrize("above", ["# my best beer\n", "# amber, third try\n", "# brewed by Anna\n", "# 3 a day\n"])
def test_a_remark_of_as_many_words_is_no_header(tmp_path, above):
    bare = "hours sg temp\n" + BLANKS
    (log,) = logs_of(tmp_path, above + bare)
    assert_is_the_batch(log)


@pytest.mark.parametrize("above", ["# my best beer\n", "# amber third time\n", "# hours of patience\n"])
def test_no_more_is_one_where_there_is_none(tmp_path, above):
    assert "hours,sg,temp_c" in refusal_of(tmp_path, BLANKS)
    assert refusal_of(tmp_path, above + BLANKS)


def test_a_numbered_column_keeps_its_sign(tmp_path):
    body = "".join(f"{n}  {h}  {sg}  {c}\n" for n, (h, sg, c) in enumerate(NUMBERS, 1))
    (log,) = logs_of(tmp_path, "#  hours  sg  temp\n" + body)
    assert_is_the_batch(log)
