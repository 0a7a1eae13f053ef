"""`brewpi dashboard`: what it refuses to serve, in a sentence, and how it serves TLS."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest
from brokers import MOSQUITTO, Broker
from doors import KNOWN
from running import AnsweringCellar, RunningBoard
from test_orders import STOP, acting
from typer.testing import CliRunner

from brewpi.cli import app
from brewpi.dashboard.auth.users import write
from brewpi.dashboard.web import Serving, address_of


@pytest.fixture
def users(tmp_path: Path) -> Path:
    write(tmp_path / "users.toml", KNOWN)
    return tmp_path / "users.toml"


def refused(*options: object) -> str:
    done = CliRunner().invoke(app, ["dashboard", *map(str, options)])
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    return done.output


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "192.168.1.7:8080", "[::]:8080"])
def test_without_users_it_is_for_this_machine_only(listen):
    assert "without --users the board is for this machine only" in refused("--listen", listen)


def test_passwords_do_not_cross_a_network_readable_unless_somebody_says_so(users):
    assert "passwords would cross the network readable" in refused("--listen", "0.0.0.0:8080", "--users", users)


def test_behind_a_proxy_only_the_proxy_may_reach_it(users):
    said = refused("--listen", "0.0.0.0:8080", "--users", users, "--behind-proxy")
    assert "behind a proxy the board listens on 127.0.0.1 only" in said
    assert "without --users" in refused("--listen", "127.0.0.1:8080", "--behind-proxy")


def test_a_file_of_users_that_is_missing_or_wrong_is_said(tmp_path, users):
    said = refused("--users", tmp_path / "nobody.toml")
    assert "nobody.toml: No such file or directory; brewpi dashboard-user NAME --users FILE makes it" in said
    users.write_text('[anna]\nrole = "boss"\n')
    assert "users.toml: anna.role" in refused("--users", users)
    users.write_text("[anna\n")
    assert "users.toml: " in refused("--users", users)
    users.write_bytes(b"\xff\xfe[\x00")
    assert "users.toml: it is no text\n" in refused("--users", users)


def test_a_certificate_that_is_none_is_said(tmp_path, users):
    (tmp_path / "pem").write_text("no certificate")
    assert "belong together" in refused("--users", users, "--tls-certificate", tmp_path / "pem")
    both = ("--tls-certificate", tmp_path / "pem", "--tls-key", tmp_path / "pem")
    assert "--tls-certificate pem: " in refused("--users", users, *both)
    assert "TLS is the proxy's" in refused("--users", users, *both, "--behind-proxy")


@pytest.mark.parametrize("token", ["secret\n", "\ufefffifteen_letters"])
def test_a_token_that_can_be_guessed_is_refused(tmp_path, users, token):
    (tmp_path / "token").write_text(token, encoding="utf-8")
    assert "has 16 characters or more" in refused("--users", users, "--metrics-token", tmp_path / "token")


@pytest.mark.parametrize("option", ["--metrics-token", "--api-tokens"])
def test_a_file_of_secrets_that_is_no_text_is_said(tmp_path, users, option):
    (tmp_path / "secret").write_bytes(b"\x80\x81")
    said = refused("--users", users, option, tmp_path / "secret")
    assert "secret: " in said
    assert "it is no text" in said
    assert "codec" not in said


@pytest.mark.parametrize("listen", ["8080", ":8080", "localhost:", "localhost:99999", "localhost:http"])
def test_an_address_that_is_none_is_said(listen):
    assert "give HOST:PORT" in refused("--listen", listen)


def test_a_port_that_is_taken_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused("--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert "choose another port" in said


@pytest.mark.slow
@pytest.mark.skipif(MOSQUITTO is None or shutil.which("openssl") is None, reason="needs Mosquitto and openssl")
def test_the_address_that_it_says_is_one_that_a_browser_can_be_given():
    assert address_of(Serving("127.0.0.1", 8080)) == "http://127.0.0.1:8080"
    assert address_of(Serving("::1", 8443, certificate=Path("a.pem"))) == "https://[::1]:8443"
    every = address_of(Serving("0.0.0.0", 8080))
    assert socket.inet_aton(every.removeprefix("http://").removesuffix(":8080"))
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect(("192.0.2.1", 9))
    except OSError:
        return  # a machine without any network says what it was told
    assert every != "http://0.0.0.0:8080"


def test_over_tls_one_signs_in_and_acts_and_nothing_is_served_readable(tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=cellar", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    broker = Broker(tmp_path)
    broker.start()
    cellar = AnsweringCellar(broker)
    cellar.say()
    options = ("--tls-certificate", str(certificate), "--tls-key", str(key))
    board = RunningBoard(tmp_path, broker, *options, scheme="https")

    async def story() -> None:
        async with await acting(board) as anna:
            assert "__Host-brewpi_session" in anna.http.cookies
            for label in STOP:
                await anna.click(label)
            await anna.hears("done")

    try:
        trust = ssl.create_default_context(cafile=str(certificate))
        assert httpx.get(f"{board.url}/sign-in", verify=trust).status_code == 200
        asyncio.run(story())
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{board.port}/sign-in")
    finally:
        board.stop()
        cellar.client.loop_stop()
        broker.kill()


@pytest.mark.slow
@pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed")
def test_behind_a_proxy_cookies_are_secure_and_addresses_are_those_of_the_people(tmp_path):
    broker = Broker(tmp_path)
    broker.start()
    board = RunningBoard(tmp_path, broker, "--behind-proxy", "--name", "board.example.org")
    proxied = {"host": "board.example.org", "origin": "https://board.example.org", "x-forwarded-proto": "https"}

    def tries(address: str, password: str) -> httpx.Response:
        return httpx.post(f"{board.url}/sign-in", data={"name": "nobody", "password": password},
                          headers={**proxied, "x-forwarded-for": address})  # fmt: skip

    try:
        statuses = [tries(f"10.9.9.{n % 2}", "wrong wrong").status_code for n in range(10)]
        assert statuses == [403] * 10
        assert tries("10.9.9.9", "wrong wrong").status_code == 429, "ten for one name"
        right = httpx.post(f"{board.url}/sign-in", data={"name": "anna", "password": "hops and malt"},
                           headers={**proxied, "x-forwarded-for": "10.9.9.9"})  # fmt: skip
        assert right.status_code == 303
        assert all("Secure" in cookie for cookie in right.headers.get_list("set-cookie"))
        assert httpx.get(f"{board.url}/", headers={**proxied, "host": "evil.test"}).status_code == 421
    finally:
        board.stop()
        broker.kill()
