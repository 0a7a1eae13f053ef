"""Signing in and out, as a security reviewer tries it."""

from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from doors import CHEAP, KNOWN, PASSWORDS, Door

from brewpi.dashboard.auth import login, users
from brewpi.dashboard.auth.login_rate_limiter import PER_ADDRESS
from brewpi.dashboard.auth.sessions import IDLE_S, LONGEST_S
from brewpi.dashboard.auth.users import NOBODY, User, hashed, matches, read, write

COOKIE = "brewpi_session"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def test_who_has_not_signed_in_is_led_to_the_form_and_back_to_where_they_were_going(door):
    browser = door.browser()
    led = browser.get("/tank/demo/ale")
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=/tank/demo/ale")
    form = browser.get(led.headers["location"])
    assert 'value="/tank/demo/ale"' in form.text
    back = door.sign_in(browser, next="/tank/demo/ale")
    assert (back.status_code, back.headers["location"]) == (303, "/tank/demo/ale")
    assert browser.get("/tank/demo/ale").text == "the whiteboard"


def test_the_session_cookie_is_for_this_site_and_for_no_script(door):
    cookies = SimpleCookie()
    for header in door.sign_in(door.browser()).headers.get_list("set-cookie"):
        cookies.load(header)
    session = cookies[COOKIE]
    assert session["httponly"]
    assert session["samesite"] == "strict"
    assert session["path"] == "/"
    assert not session["domain"]
    assert not session["secure"], "plain http, knowingly"
    assert int(session["max-age"]) == LONGEST_S["operate"]


def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(tmp_path):
    door = Door(tmp_path, secure=True)
    browser = door.browser()
    said = door.sign_in(browser).headers.get_list("set-cookie")
    assert any(cookie.startswith("__Host-brewpi_session=") for cookie in said)
    assert all("Secure" in cookie and "HttpOnly" in cookie and "SameSite=strict" in cookie for cookie in said)
    assert browser.get("/").text == "the whiteboard"


def test_a_session_that_was_planted_before_is_not_the_one_that_is_signed_in(door):
    thief, anna = door.browser(), door.browser()
    anna.cookies.set(COOKIE, "planted", domain="cellar.test")
    thief.cookies.set(COOKIE, "planted", domain="cellar.test")
    assert door.sign_in(anna).status_code == 303
    assert anna.get("/").status_code == 200
    assert thief.get("/").status_code == 303


def test_signing_in_anew_ends_the_session_before(door):
    anna, copy = door.browser(), door.browser()
    door.sign_in(anna)
    first = anna.cookies[COOKIE]
    door.sign_in(anna)
    assert anna.cookies[COOKIE] != first
    copy.cookies.set(COOKIE, first, domain="cellar.test")
    assert copy.get("/").status_code == 303


def test_signing_out_ends_the_session_on_the_server(door):
    anna, copy = door.browser(), door.browser()
    door.sign_in(anna)
    copy.cookies.set(COOKIE, anna.cookies[COOKIE], domain="cellar.test")
    assert copy.get("/").status_code == 200
    assert anna.post("/sign-out", headers={"origin": door.origin}).status_code == 303
    assert COOKIE not in anna.cookies
    assert copy.get("/").status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize("origin", [None, "null", "http://evil.test", "http://cellar.test.evil.test", "http://cellar.test:81",
                                    "https://cellar.test", "http://evil.test#http://cellar.test"])  # fmt: skip
def test_a_form_on_a_page_of_somebody_else_is_refused(door, path, origin):
    anna = door.browser()
    door.sign_in(anna)
    asked = anna.post(path, data={"name": "vera", "password": PASSWORDS["vera"]},
                      headers={} if origin is None else {"origin": origin})  # fmt: skip
    assert asked.status_code == 403
    assert anna.get("/").status_code == 200, "and nobody was signed out by it"


@pytest.mark.parametrize(
    "target", ["//evil.test", "https://evil.test", "/\\evil.test", "/tank/../..//evil.test", "/\nx"]
)
def test_the_way_back_leads_nowhere_else(door, target):
    assert door.sign_in(door.browser(), next=target).headers["location"] == "/"


def test_it_does_not_say_whether_name_or_password_is_wrong_and_hashes_for_both(door, monkeypatch):
    hashed_for = []
    monkeypatch.setattr(login, "matches", lambda user, password: hashed_for.append(user) or matches(user, password))
    answers = [door.sign_in(door.browser(), name, "wrong wrong wrong") for name in ("anna", "nobody")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].text == answers[1].text.replace('value="nobody"', 'value="anna"')
    assert hashed_for == [KNOWN["anna"], NOBODY]


def test_after_a_wrong_password_only_the_password_is_typed_anew(door):
    assert 'value="" autofocus' in door.browser().get("/sign-in").text
    again = door.sign_in(door.browser(), '"><b>Anna', "wrong wrong wrong").text
    assert 'value="&quot;&gt;&lt;b&gt;Anna">' in again
    assert 'autocomplete="current-password" required autofocus' in again
    assert again.count("autofocus") == 1


def test_after_too_many_tries_even_the_right_password_has_to_wait(door):
    browser = door.browser()
    for _ in range(PER_ADDRESS):
        assert door.sign_in(browser, "anna", "wrong wrong wrong").status_code == 403
    waits = door.sign_in(browser)
    assert waits.status_code == 429
    assert "Too many tries; wait 5 min." in waits.text


def test_strangers_who_guess_do_not_lock_out_the_browser_in_which_anna_signed_in_before(door):
    hers = door.browser("10.0.0.7")
    door.sign_in(hers)
    hers.post("/sign-out", headers={"origin": door.origin})
    for n in range(PER_ADDRESS):
        door.sign_in(door.browser(f"10.1.0.{n}"), "anna", "wrong wrong wrong")
    assert door.sign_in(door.browser("10.1.1.1")).status_code == 429
    assert door.sign_in(hers).status_code == 303


def test_whoever_is_taken_out_of_the_file_or_changed_in_it_is_out_at_once(door):
    anna, vera = door.browser(), door.browser()
    door.sign_in(anna)
    door.sign_in(vera, "vera")
    write(door.file, {"vera": User(role="view", password=hashed("another password", CHEAP))})
    assert anna.get("/").status_code == 303
    assert vera.get("/").status_code == 303
    write(door.file, {"vera": User(role="operate", password=KNOWN["vera"].password)})
    assert vera.get("/").status_code == 303, "a new role wants a new session"


def test_an_emptied_file_of_users_opens_nothing(door):
    anna = door.browser()
    door.sign_in(anna)
    door.file.write_text("")
    assert anna.get("/").status_code == 303


@pytest.mark.parametrize("name", ["anna", "vera"])
def test_sessions_end_by_age_and_when_nobody_uses_them(door, name):
    user = KNOWN[name]
    sessions = door.sessions
    idle = sessions.begin(name, user, 0.0)
    assert sessions.get(idle, IDLE_S[user.role] - 1.0)
    assert sessions.get(idle, IDLE_S[user.role] + 1.0) is None
    assert sessions.get(idle, 1.0) is None, "it does not come back"
    old, now = sessions.begin(name, user, 0.0), 0.0
    while now < LONGEST_S[user.role] - 1000.0:
        now += IDLE_S[user.role] / 2.0
        if now < LONGEST_S[user.role]:
            assert sessions.used(old, now)
    assert sessions.get(old, LONGEST_S[user.role]) is None


def test_what_is_no_form_is_refused(door):
    browser = door.browser()
    assert door.sign_in(browser, "anna", "x" * 20_000).status_code == 400
    assert browser.post("/sign-in", json={"name": "anna"}, headers={"origin": door.origin}).status_code == 400
    assert door.sign_in(browser, "anna", "\x00\ud7ff" + "ß" * 500).status_code == 403


def test_words_in_the_address_stay_words(door):
    page = door.browser().get("/sign-in", params={"next": '/"><script>alert(1)</script>'})
    assert "<script>" not in page.text


def test_without_users_the_form_says_that_there_is_nothing_to_sign_in_to():
    assert "No users are configured" in Door(None).browser().get("/sign-in").text


def test_a_link_in_a_mail_comes_without_the_cookie_and_gets_it_with_the_second_step(door):
    anna = door.browser()
    door.sign_in(anna)
    first = anna.get("/sign-in?next=/tank/demo/ale", headers={"sec-fetch-site": "cross-site"})
    assert 'http-equiv="refresh" content="0;url=/tank/demo/ale"' in first.text


OLD = (  # made by a version that kept scrypt hashes, from "hops and malt"
    "scrypt:256:8:1:000102030405060708090a0b0c0d0e0f:"
    "d1eda289b9535a433df0301159cbd4942024c4af47fc30d506fd395ac57d520f"
    "40cb7e5bc0acb8e61c184b899d615cec3d39702ac8fec8008dc85cde7f317f63"
)


def test_a_hash_of_before_opens_the_door_becomes_one_of_today_and_throws_nobody_out(door):
    write(door.file, {**KNOWN, "anna": User(role="operate", password=OLD)})
    first, second = door.browser(), door.browser("10.0.0.3")
    assert door.sign_in(first, "anna", "wrong wrong wrong").status_code == 403
    assert read(door.file)["anna"].password == OLD
    assert door.sign_in(first).status_code == 303
    new = read(door.file)["anna"]
    assert new.password.startswith("$argon2id$")
    assert new.role == "operate"
    assert door.sign_in(second).status_code == 303
    assert read(door.file)["anna"] == new
    assert first.get("/").text == second.get("/").text == "the whiteboard"
    assert read(door.file)["vera"] == KNOWN["vera"]


def test_a_hash_of_before_in_a_file_that_cannot_be_written_still_opens_the_door(door, monkeypatch):
    write(door.file, {**KNOWN, "anna": User(role="operate", password=OLD)})

    def full(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(users, "write", full)
    anna = door.browser()
    assert door.sign_in(anna).status_code == 303
    assert anna.get("/").text == "the whiteboard"
    assert read(door.file)["anna"].password == OLD
