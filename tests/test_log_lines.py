"""What a service says in the journal is a line each, whoever's words are in it."""

import logging

from brewpi.cli.common import OneLine


def test_a_strangers_words_begin_no_line_of_their_own():
    said = logging.LogRecord("brewpi", logging.INFO, "", 0, "%s asked for that", ("x\nanna signed in\x1b[2K",), None)
    assert OneLine("%(message)s").format(said) == "x anna signed in [2K asked for that"
