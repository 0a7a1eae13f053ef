"""What a browser is told where there is no page, and where one could not be drawn."""

from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from brewpi.dashboard.views.plain_page import tell_failures


def test_a_page_that_is_none_or_fails_is_told_in_the_readers_language_with_a_way_back():
    board = FastAPI()
    tell_failures(board)

    @board.get("/broken")
    def broken(request: Request) -> None:
        request.scope["nicegui_page_path"] = "/broken"
        raise ValueError("secret of the server")

    browser = TestClient(board, raise_server_exceptions=False, headers={"accept-language": "de-DE"})
    for path, status, words in (("/no", 404, "Diese Seite gibt es nicht."), ("/broken", 500, "ließ sich nicht zeigen")):
        told = browser.get(path)
        assert (told.status_code, words in told.text, '<a href="/">Tafel</a>' in told.text) == (status, True, True)
        assert "secret" not in told.text
