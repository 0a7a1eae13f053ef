"""Tables as programs print them and forums and wikis mark them up, with every temperature."""

import pytest

from tests.importers.made_up import AT, ISO, SG, C, assert_is_the_batch, logs_of, refusal_of, sg4, table

ROWS = list(zip(ISO, sg4(), C, strict=True))

def rows(form, before="", behind=""):
    return before + "".join(form.format(n=n, m=n + 1, at=at, sg=sg, c=c) for n, (at, sg, c) in enumerate(ROWS)) + behind


BB = rows("[tr][td]{at}[/td][td]{sg}[/td][td]{c}[/td][/tr]\n",
    "[table]\n[tr][th]Date[/th][th]SG[/th][th]Temp[/th][/tr]\n",
          "[/table]\n")  # fmt: skip
PRINTED = {
    "bbcode": BB,
    "bbcode_a_cell_a_line": BB.replace("[t", "\n[t"),
    "bbcode_in_one_line": BB.replace("\n", ""),
    "bbcode_below_a_post": "My amber, [b]first[/b] try:\n\n"
    + BB.replace("[th]", '[td][b]').replace("[/th]", "[/b][/td]").replace("[table]", '[TABLE="class: grid"]'),
    "mediawiki": rows("|-\n| {at} || {sg} || {c}\n",
        '{{| class="wikitable"\n|+ Amber\n! Date !! SG !! Temp\n'.format(), "|}\n"),
    "mediawiki_a_cell_a_line": rows(
        '|-\n| {at}\n| {sg}\n| style="text-align:right" | {c}\n', "{| class=wikitable\n|-\n! Date\n! SG\n! Temp\n",
            "|}\n"
    ),
    "dokuwiki": rows("| {at} | {sg} | {c} |\n", "^ Date ^ SG ^ Temp ^\n"),
    "jira": rows("|{at}|{sg}|{c}|\n", "||Date||SG||Temp||\n"),
    "trac": rows("||{at}||{sg}||{c}||\n", "||= Date =||= SG =||= Temp =||\n"),
    "moinmoin": rows('||<style="text-align: right;">  {at} || {sg} || {c} ||\n',
        "|| ''' Date ''' || ''' SG ''' || ''' Temp ''' ||\n"),
    "textile": rows("|<. {at} |>. {sg} |>. {c} |\n", "|_. Date |_. SG |_. Temp |\n"),
    "asciidoc": rows("|{at} |{sg} |{c}\n", '[cols="3,1,1",options="header"]\n|===\n|Date |SG |Temp\n', "|===\n"),
    "org": rows("| <{at}> | {sg} | {c} |\n", "#+CAPTION: Amber\n| Date | SG | Temp |\n|------+----+------|\n"),
    "markdown": rows("| {at} | {sg} | {c} |\n", "# Amber\n\n| Date | SG | Temp (°C) |\n|:---|:--:|---:|\n"),
    "markdown_in_bold": rows("| {at} | **{sg}** | `{c}` |\n", "| **Date** | **SG** | **Temp** |\n|---|---|---|\n"),
    "pandas": rows("{n}  {at}  {sg}  {c}\n", "                  Date      SG  Temp\n", "\n[10 rows x 3 columns]\n"),
    "pandas_of_two_words": rows(
        "{n}  {at}            {sg}       {c}\n", "                  Date  Specific Gravity  Beer Temp\n"
    ),
    "pandas_by_date": rows("{at}  {sg}  {c}\n",
        "                         SG  Temp\nDate                             \n"),
    "pandas_by_date_without_its_name": rows("{at}  {sg}  {c}\n", "                         SG  Temp\n"),
    "pandas_without_its_index": rows("{at} {sg} {c}\n", "               Date     SG Temp\n"),
    "pandas_in_two_blocks": rows("{n}  {at}  {sg}  \n", "                  Date      SG  \\\n")
    + rows("{n}  {c}  \n", "\n   Temp  \n"),
    "r": rows("{m:<2} {at} {sg} {c}\n", "                  date     sg temp\n"),
    "r_data_table": rows("{m:>2}: {at} {sg} {c}\n",
        "                   date     sg temp\n                 <POSc>  <num> <num>\n"),
    "julia": rows(
        "{m:>4} │ {at}  {sg}   {c}\n",
        "10×3 DataFrame\n Row │ date                 sg       temp    \n     │ DateTime             Float64  Float64 \n"
        "─────┼───────────────────────────────────────\n",
    ),
    "polars": rows(
        "│ {at} ┆ {sg} ┆ {c} │\n",
        "shape: (10, 3)\n┌─────────────────────┬────────┬──────┐\n│ date                ┆ sg     ┆ temp │\n"
        "│ ---                 ┆ ---    ┆ ---  │\n│ datetime[μs]        ┆ f64    ┆ f64  │\n"
        "╞═════════════════════╪════════╪══════╡\n",
        "└─────────────────────┴────────┴──────┘\n",
    ),
    "heavy_lines": rows("┃ {at} ┃ {sg} ┃ {c} ┃\n", "┏━━━━┳━━━━┳━━━━┓\n┃ Date ┃ SG ┃ Temp ┃\n┣━━━━╋━━━━╋━━━━┫\n",
        "┗━━━━┻━━━━┻━━━━┛\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", PRINTED)
def test_it_is_the_batch_with_its_temperature(tmp_path, name):
    (log,) = logs_of(tmp_path, PRINTED[name])
    assert_is_the_batch(log)
    assert not any("notes" in note or "no number" in note for note in log.notes)


@pytest.mark.parametrize("head", ["Note", "Beer"])
def test_a_tibble_keeps_its_dates_its_words_and_its_temperature(tmp_path, head):
    heads = f"   date                   sg  temp {head}\n   <dttm>              <dbl> <dbl> <chr>\n"
    data = "# A tibble: 10 × 4\n" + heads + rows("{m:>2} {at} {sg}  {c} amber\n")
    (log,) = logs_of(tmp_path, data)
    assert_is_the_batch(log)


PARTLY = {
    "pandas": ("{n:<3} {at}  {sg}  {c}\n", "                    Date      SG  Temp\n",
        "..                  ...     ...   ...\n"),
    "polars": ("│ {at} ┆ {sg} ┆ {c} │\n", "│ date ┆ sg ┆ temp │\n│ --- ┆ --- ┆ --- │\n", "│ … ┆ … ┆ … │\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", PARTLY)
def test_rows_that_were_not_printed_are_missed(tmp_path, name):
    form, before, dots = PARTLY[name]
    lines = rows(form).splitlines(keepends=True)
    (log,) = logs_of(tmp_path, before + "".join([*lines[:3], dots, *lines[-3:]]))
    assert log.series.sg == pytest.approx([*SG[:3], *SG[-3:]])
    assert log.series.temp_c == pytest.approx([*C[:3], *C[-3:]])
    assert "was printed in part: the rows in place of ... are missing" in log.notes


def test_the_end_that_a_tibble_did_not_print_is_missed(tmp_path):
    data = "# A tibble: 300 × 3\n   date                   sg  temp\n" + rows("{m:>2} {at} {sg}  {c}\n")
    for end in ("# ℹ 290 more rows\n# ℹ Use `print(n = ...)` to see more rows\n", "# … with 290 more rows\n"):
        (log,) = logs_of(tmp_path, data + end)
        assert_is_the_batch(log)
        assert "was printed in part: the rows in place of ... are missing" in log.notes


def test_a_temperature_that_was_not_printed_is_missed(tmp_path):
    data = rows("{n}  {at}  {sg}  ...   4.1\n", "                  Date      SG  ...  pH_v\n")
    (log,) = logs_of(tmp_path, data)
    assert log.series.sg == pytest.approx(SG)
    assert "was printed in part: the columns in place of ... are missing" in log.notes


@pytest.mark.parametrize("behind", ["", "\\hline\n"])
def test_latex_is_refused_with_and_without_its_environment(tmp_path, behind):
    lines = rows("{at} & {sg} & {c} \\\\\n", f"Date & SG & Temp \\\\ {behind}")
    assert "is LaTeX" in refusal_of(tmp_path, lines)


ORDINARY = {
    "hours_that_count_on_have_a_head": "hours    sg  temp\n" + "".join(
        f"{h:>5} {sg} {c:>5}\n" for h, sg, c in zip(range(0, 80, 8), sg4(), C, strict=True)
    ),
    "numbers_under_a_head": rows("{n:<3} {at}  {sg}  {c}\n", "No  Date                 SG      Temp\n"),
    "an_empty_first_head_between_tabs": table("\tDate\tSG\tTemp", range(10), ISO, sg4(), C, sep="\t"),
    "days_before_their_month": "Date            SG      Temp\n" + "".join(
        f"{at.day} {at:%b %H:%M}    {sg}  {c}\n" for at, sg, c in zip(AT, sg4(), C, strict=True)
    ),
    "a_caret_in_a_note": table("Date,SG,Temp,Note", ISO, sg4(), C, ["^^^", *[""] * 9]),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDINARY)
def test_tables_that_look_like_printed_ones_are_read_as_before(tmp_path, name):
    (log,) = logs_of(tmp_path, ORDINARY[name])
    assert_is_the_batch(log)
