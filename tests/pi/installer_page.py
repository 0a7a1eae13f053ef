"""Every command of docs/installer.md, typed on the emulated Pi as it stands there, by a user who is not root.

What is not typed is named in ELSEWHERE or NEEDS_HARDWARE. `test_installer_page.py` finds a block of commands that is in
none of the three.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from emulated_pi import PASSWORD, Pi, check, until

PAGE = Path(__file__).resolve().parents[2] / "docs" / "installer.md"
ANNAS = "three other words"
PUMP_BY_HAND = 25
MADE_PASSWORD = re.compile(r"\b[A-Za-z0-9_-]{12,}\b")

# blocks that other stages type, or the page's first lines
ELSEWHERE = {
    "git clone YOUR-COPY-OF-THIS-REPOSITORY": "pitest.py install",
    "git -C brewpi pull": "the stage `upgrade`",
}
NEEDS_HARDWARE = {
    "ls /sys/bus/w1/devices": "a probe on the wire: the emulated bus is empty, and the service's is a file",
    "dtparam=spi=on": "a converter on the bus; a compiler comes from the internet",
}


def blocks(page: str) -> list[str]:
    """The page's shell commands, a text for each block."""
    return re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def block_with(words: str) -> str:
    """The one in which the words stand. Raises ValueError where they stand in none, or in several."""
    (found,) = (block for block in blocks(PAGE.read_text()) if words in block)
    return found


@dataclass(frozen=True)
class Typed:
    """A block that is typed.

    words: known by these. shows: whether what came of it is what the page says, from its output. but: what the emulator
    wants otherwise. answers: what a person types when asked, a line each. before: what the page takes for granted.
    """

    words: str
    shows: Callable[[Pi, str], object]
    but: dict[str, str] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    before: str = "true"

    @property
    def commands(self) -> str:
        """As they are typed."""
        text = block_with(self.words)
        for theirs, ours in self.but.items():
            text = text.replace(theirs, ours)
        return text


def hears(pi: Pi, user: str, password: str) -> bool:
    """Whether the broker lets somebody read a tank's state."""
    words = f"timeout 100 mosquitto_sub -u {user} -P '{password}' -C 1 -R -t brewpi/riverside/fv2/state"
    return "beer_c" in pi.sh(words)


def runs(pi: Pi) -> bool:
    """The service ticks, and its broker lets the operator hear it."""
    return until(pi.active, 120.0, 1.0) is not None and hears(pi, "brewer", PASSWORD)


def signs_in(pi: Pi, path: str = "/") -> bool:
    """Whether the board opens a page to anna."""
    words = f"python3 /run/board_client.py '{ANNAS}' anna {path}"
    return until(lambda: "signed in" in pi.sh(words, 120.0), 200.0, 5.0) is not None


def started(pi: Pi) -> bool:
    pi.sh("systemctl restart brewpi", 300.0)
    return pi.active()


TYPED = [
    Typed(
        "char-ttyUSB",
        lambda pi, _: started(pi) and "char-ttyUSB" in pi.sh("systemctl show brewpi -p DeviceAllow"),
    ),
    Typed(
        "brewpi wiring",
        lambda pi, said: "GPIO17" in said and "<svg" in pi.sh("cat /home/pi/wiring.svg") and started(pi),
        but={"sudo nano": "cat"},
    ),
    Typed(  # a day takes the emulator three minutes
        "brewpi simulate",
        lambda _, said: "no mistake found" in said and "day  0" in said,
        but={"--days 14": "--days 1"},
    ),
    Typed(
        "broker-users plug heater",
        lambda pi, said: any(hears(pi, "anna", word) for word in MADE_PASSWORD.findall(said)[:4]),
    ),
    Typed("--config /etc/brewpi/cellar.toml < /dev/null", lambda pi, _: runs(pi)),
    Typed("make-ca", lambda pi, _: started(pi) and runs(pi) and trusted(pi)),
    Typed(
        "journalctl -u brewpi  ",
        lambda _, said: "2 tanks" in said and "active (running)" in said and "brewpi/riverside/fv2/state {" in said,
        but={"mosquitto_sub -u anna": "mosquitto_sub -W 90 -u brewer", "/state'": "/state' || true"},  # until Ctrl-C
        before=f"export PASSWORD='{PASSWORD}' SYSTEMD_PAGER=cat",
    ),
    Typed("brewpi off", lambda pi, said: "every output is off" in said and started(pi)),
    Typed(
        "anna --role operate",
        lambda pi, _: signs_in(pi),
        answers=(ANNAS,) * 4,
    ),
    Typed(
        "anna --role configure",
        lambda pi, _: signs_in(pi, "/setup"),
        answers=(ANNAS,) * 2,
        before="sudo BREWPI_HEALTHY_WITHIN_S=300 brewpi/deploy/install.sh --setup-in-browser",
    ),
    Typed(
        "openssl rand",
        lambda pi, _: pi.sh("stat -c '%U %a %s' /etc/brewpi/metrics-token") == "brewpi-dashboard 600 65",
    ),
    Typed(
        "brewpi bridge",
        lambda pi, said: "topic" in said and "riverside" in pi.sh("cat /home/pi/brewpi-bridge.conf"),
        before="echo 'a long secret of it' > riverside-password; cd /etc/brewpi; sudo cp ca.crt central-ca.crt; cd",
    ),
    Typed(
        "brewpi calibrate",
        lambda _, said: "calibration = { beer_c = {" in said,
        before="cd brewpi",
    ),
    Typed(
        "brewpi backup",
        lambda pi, _: pi.run("test -s /media/stick/cellar.zip")[0] == 0,
        before="sudo mkdir -p /media/stick",
    ),
    Typed("brewpi restore", lambda pi, _: runs(pi)),
]


def trusted(pi: Pi) -> bool:
    """The broker's certificate is of the authority that other Pis are told to copy."""
    words = f"mosquitto_pub -h localhost -p 8883 --cafile /etc/brewpi/ca.crt -u brewer -P '{PASSWORD}' -t x/y -m 1"
    return pi.run(words, 60.0)[0] == 0


def types(pi: Pi, typed: Typed) -> tuple[int, str]:
    """Status and output of a block, a terminal's."""
    pi.sh(f"cat > /run/block <<'EOF'\nset -e\ncd\n{typed.before}\n{typed.commands}\nEOF")
    answers = " ".join(f"{answer!r}" for answer in typed.answers)
    return pi.run(f"python3 /run/typist.py /run/block {answers}", 1200.0)


def page(pi: Pi) -> None:
    """Each block, and the promises in between that the other stages do not show."""
    by_hand(pi)
    for typed in TYPED:
        status, said = types(pi, typed)
        done = status == 0 and typed.shows(pi, said)
        check(f"typed: {typed.words}", done, "" if done else f"{status}: {said[-600:]}")
    for promise in (metrics, setup_ended, one_more, encrypted, receiver, probe_away, broker_away, uninstall):
        promise(pi)


def by_hand(pi: Pi) -> None:
    """The pump is run by hand for a measured time; the pin is looked at meanwhile."""
    typed = Typed("OutputDevice(25)", lambda _, said: "", but={"sleep(60)": "sleep(30)"})
    ended: list[int] = []
    thread = threading.Thread(target=lambda: ended.append(types(pi, typed)[0]))
    thread.start()
    seconds = until(lambda: pi.pin(PUMP_BY_HAND) == ("out", 1), 120.0)
    thread.join()
    check("typed: the pump by hand", seconds is not None and ended == [0] and started(pi), f"{seconds} s")


def metrics(pi: Pi) -> None:
    """A scraper that shows the token is answered, and nobody else."""
    serve = "--listen 127.0.0.1:8080 --behind-proxy --metrics-token /etc/brewpi/metrics-token"
    folder = "/etc/systemd/system/brewpi-dashboard.service.d"
    pi.sh(f"mkdir -p {folder}; printf '[Service]\\nEnvironment=\"SERVE={serve}\"\\n' > {folder}/metrics.conf")
    pi.sh("systemctl daemon-reload; systemctl restart brewpi-dashboard", 300.0)
    asks = "python3 /run/ask.py http://127.0.0.1:8080/metrics 'Authorization: Bearer"
    shown = f"{asks} '$(cat /etc/brewpi/metrics-token)"
    seconds = until(lambda: "brewpi_site_online" in pi.sh(shown, 60.0), 300.0, 5.0)
    check("a scraper with the token reads /metrics", seconds is not None, f"{seconds} s")
    check("and none with another", "brewpi_site_online" not in pi.sh(f"{asks} guessed'", 60.0))


def setup_ended(pi: Pi) -> None:
    """The config in the browser is ended as the page says."""
    drop_in = "/etc/systemd/system/brewpi-dashboard.service.d/setup.conf"
    pi.sh(f"systemctl disable --now brewpi-setup.path; rm {drop_in}; systemctl daemon-reload")
    pi.sh("systemctl restart brewpi-dashboard", 300.0)
    words = f"python3 /run/board_client.py '{ANNAS}' anna "
    back = until(lambda: "signed in" in pi.sh(words + "/", 120.0), 300.0, 5.0)
    check("without setup the board runs", back is not None, f"{back} s")
    said = pi.sh(words + "/setup 'The board was not told which config to show'", 120.0)
    check("and shows no config", "with these words" in said, said)


def one_more(pi: Pi) -> None:
    """`--user NAME` lets one more person in, at the broker and at the board."""
    words = "/home/pi/brewpi/deploy/install.sh --user berta --password-file /run/bertas"
    status, said = pi.run(f"echo '{ANNAS}' > /run/bertas; BREWPI_HEALTHY_WITHIN_S=300 {words}", 900.0)
    at_board = pi.sh(f"python3 /run/board_client.py '{ANNAS}' berta", 120.0)
    check("--user: one more who may operate", status == 0 and hears(pi, "berta", ANNAS), said[-300:])
    check("at the board as well", "signed in" in at_board, at_board)


def encrypted(pi: Pi) -> None:
    """The config that takes the encrypted listener."""
    wanted = 's|^host = "localhost"|host = "cellar.local"\\ntls = true\\nca_file = "/etc/brewpi/ca.crt"|'
    pi.sh(f"cp /etc/brewpi/cellar.toml /run/plain; sed -i '{wanted}' /etc/brewpi/cellar.toml")
    ok = started(pi) and runs(pi)
    told = pi.sh("grep -c tls /etc/brewpi/cellar.toml")
    check("the service reaches its broker by TLS", ok and told == "1", told)
    pi.sh("cat /run/plain > /etc/brewpi/cellar.toml")
    started(pi)


def receiver(pi: Pi) -> None:
    """A hydrometer's post, with the token that the page shows, and with another."""
    pi.sh("systemctl enable --now brewpi-receiver", 300.0)
    body = json.dumps({"name": "spindle", "angle": 45.2, "temperature": 18.5, "temp_units": "C", "gravity": 12.0})
    asks = "python3 /run/ask.py http://127.0.0.1:8090/ispindel"
    shown = f"{asks} \"X-Auth-Token: $(cat /etc/brewpi/receiver-token)\" '{body}'"
    taken = until(lambda: pi.sh(shown, 60.0).startswith("200"), 200.0, 5.0)
    check("a hydrometer's post is taken with its token", taken is not None, f"{taken} s")
    check("and refused with another", pi.sh(f"{asks} 'X-Auth-Token: guessed' '{body}'", 60.0) == "401")


def probe_away(pi: Pi) -> None:
    """A probe whose plug is pulled: a warning within half a minute, off within five; in again, and it clears."""
    file = "/srv/w1/28-0316a2794e01/w1_slave"
    pi.probe(25.0)
    cools = until(lambda: pi.pin(6) == ("out", 0), 120.0)
    pi.sh(f"mv {file} {file}.away")
    said = until(lambda: any("beer" in alarm["text"] for alarm in pi.state("fv2")["alarms"]), 60.0, 1.0)
    off = until(lambda: pi.pin(6) == ("out", 1), 300.0, 1.0)
    check("a probe's plug is pulled: said", cools is not None and said is not None, f"{said} s")
    check("and its cooler off within five minutes", off is not None, f"{off} s")
    pi.sh(f"mv {file}.away {file}")
    check("plugged in again, it cools", until(lambda: pi.pin(6) == ("out", 0), 120.0) is not None)


def broker_away(pi: Pi) -> None:
    """Nothing changes in the tank, and what happened meanwhile arrives."""
    before = pi.pin(6)
    pi.sh("systemctl stop mosquitto", 60.0)
    pi.press(20, 1)
    stopped = until(lambda: pi.pin(6) == ("out", 1), 30.0)
    pi.press(20, 0)
    time.sleep(30.0)  # by then the service asks for its broker less often, and who listens is there before
    listens = f"timeout 150 mosquitto_sub -u brewer -P '{PASSWORD}' -C 1 -t brewpi/riverside/fv2/event"
    event = pi.sh(f"systemctl start mosquitto; {listens}")
    check("without a broker the emergency stop stops", before == ("out", 0) and stopped is not None, f"{stopped} s")
    check("and the event arrives when it is back", "stop" in event, event[:200])


def uninstall(pi: Pi) -> None:
    """Everything but config and record."""
    status, said = pi.run("/home/pi/brewpi/deploy/install.sh --uninstall", 600.0)
    kept, places = ["/etc/brewpi", "/var/lib/brewpi"], "/opt/brewpi /etc/systemd/system/brewpi*.service"
    left = pi.sh(f"ls -d {' '.join(kept)} {places} 2>/dev/null").split()
    check("--uninstall keeps config and record", status == 0 and left == kept, f"{left} {said[-200:]}")


def package(pi: Pi) -> None:
    """The Debian package in, on a machine that has never had brewpi, and out."""
    uninstall(pi)
    pi.sh("rm -rf /etc/brewpi /var/lib/brewpi /etc/mosquitto/brewpi")
    apt = "DEBIAN_FRONTEND=noninteractive BREWPI_HEALTHY_WITHIN_S=300 apt-get -y"
    status, said = pi.run(f"{apt} install /srv/brewpi_*.deb", 3600.0)
    check("apt install of the package", status == 0 and pi.active(), said[-600:])
    made = "$(cat /etc/brewpi/first-password)"
    ours = until(lambda: "signed in" in pi.sh(f'python3 /run/board_client.py "{made}"', 120.0), 300.0, 5.0)
    check("its first password opens the board", ours is not None, f"{ours} s")
    status, said = pi.run(f"{apt} remove brewpi", 600.0)
    left = pi.sh("ls /etc/brewpi/cellar.toml /var/lib/brewpi/brewpi.sqlite /opt/brewpi/.venv 2>/dev/null").split()
    kept = ["/etc/brewpi/cellar.toml", "/var/lib/brewpi/brewpi.sqlite"]
    check("apt remove keeps config and record", status == 0 and left == kept, f"{left} {said[-200:]}")
