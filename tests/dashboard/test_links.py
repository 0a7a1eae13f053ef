"""The address of a photo in a note."""

import pytest

from brewpi.dashboard.views.links import linked


def test_an_address_is_a_link_and_the_rest_is_text():
    html = linked("krausen: https://photos.example/a.jpg?x=1&y=2, <b>high</b>")
    assert html == (
        'krausen: <a href="https://photos.example/a.jpg?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">'
        "https://photos.example/a.jpg?x=1&amp;y=2</a>, &lt;b&gt;high&lt;/b&gt;"
    )


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.example/a", "https://", "http://[::1",
     "no address"],
)  # fmt: skip
def test_nothing_else_is_one(text):
    assert "<a " not in linked(text)


def test_quotes_do_not_get_out_of_it():
    html = linked("https://x.example/\"onmouseover='alert(1)' https://y.example/'><script>")
    assert "onmouseover=" not in html.split("</a>")[0]
    assert "<script>" not in html
    assert html.count("<a ") == 2


def test_a_long_one_is_shown_shorter():
    address = "https://photos.example/" + "a" * 200
    assert f'href="{address}"' in linked(address)
    assert f">{address}<" not in linked(address)
