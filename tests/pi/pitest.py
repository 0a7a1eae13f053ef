#!/usr/bin/env python3
"""Installs on the emulated Pi, tests what runs there, cuts its power, boots and tests again: `make pi-test`.

pitest.py DIR install           boots a new card, types what the README says, leaves the card as DIR/sd.installed.img
pitest.py DIR install later     the same, first without the board, which a second run adds
pitest.py DIR run STAGE...      boots a copy of that and does the stages: relays, endings, broker, board, upgrade,
                                power; page, the commands of docs/installer.md; package, the .deb in and out
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from emulated_pi import HERE, PASSWORD, SPINDLE, Pi, check, failed, say, until
from forecasts import apart_h
from installer_page import package, page

HEAT, COOL, PUMP, STOP = 17, 6, 24, 20
WHOLE_C = 20.5
PATIENT = "BREWPI_HEALTHY_WITHIN_S=300"  # the emulator is slow; a Pi has its minute
INSTALL = f"{PATIENT} /home/pi/brewpi/deploy/install.sh"
PROBE = "/srv/w1/28-0316a2794e01/w1_slave"


def heats(pi: Pi) -> bool:
    return pi.pin(HEAT) == ("out", 1)


def install(pi: Pi, *, board_later: bool) -> None:
    """The README's two commands, at a terminal; packages and wheels are there, for the emulator has no network."""
    pi.boot()
    check("a Pi 3B with the BCM2835's 54 lines", "(54 lines)" in pi.sh("gpiodetect"), pi.sh("gpiodetect | head -1"))
    began = time.monotonic()
    status, said = pi.types("cd && git clone /srv/brewpi.git brewpi", [], 300.0)
    check("git clone", status == 0, said if status else "")
    words = f"cd && sudo {PATIENT} brewpi/deploy/install.sh"
    answers = ["riverside", "1", PASSWORD]
    if board_later:
        installs(pi, "install.sh --without-board", f"{words} --without-board", answers)
        check("no board", pi.run("systemctl cat brewpi-dashboard", 60.0)[0] != 0)
        installs(pi, "install.sh again adds the board", words, [PASSWORD])
    else:
        installs(pi, "install.sh, its three questions answered", words, answers)
    say(f"{(time.monotonic() - began) / 60:.0f} minutes since the stranger began")
    installs(pi, "and again: nothing is asked, what is there is kept", words, [])
    status, said = pi.run(f"{INSTALL} --check", 300.0)
    check("--check finds nothing left to do", status == 0, said if status else "")
    check("disk", True, pi.sh("du -sm /opt/brewpi | cut -f1") + " MB in /opt/brewpi")
    check("poweroff ends the machine", pi.shut_down())


def installs(pi: Pi, name: str, words: str, answers: list[str]) -> None:
    began = time.monotonic()
    status, said = pi.types(words, answers, 3600.0)
    check(name, status == 0, f"{time.monotonic() - began:.0f} s")
    say(said[-1500:])


def cellar(pi: Pi) -> None:
    """The test's own cellar, and its hydrometer's account, as section 4 of docs/installer.md says."""
    hydrometer = "brewpi broker-users hydrometer spindle --site riverside --topic ispindel/one"
    pi.sh(f"echo '{SPINDLE}' | {hydrometer}; cp /srv/cellar.toml /etc/brewpi/cellar.toml", 300.0)
    pi.sh("brewpi broker-users daemon brewpi --config /etc/brewpi/cellar.toml < /dev/null", 300.0)
    pi.sh("systemctl reload mosquitto; systemctl restart brewpi", 300.0)
    check(
        "the service is ready with the test's cellar", pi.active(), pi.sh("systemctl show brewpi -p StatusText --value")
    )
    facts = pi.sh("systemctl show brewpi -p ActiveState,NRestarts")
    ok = "ActiveState=active" in facts and "NRestarts=0" in facts
    check("Type=notify: active, never restarted", ok, facts.split())
    check("first tick", True, f"{pi.seconds_to_ready()} s after the process began")
    for unit in ("brewpi", "brewpi-dashboard", "brewpi-receiver", "brewpi-outbound"):
        exposure = pi.sh(f"systemd-analyze security --no-pager {unit} | tail -1", 300.0)
        found = re.search(r": ([\d.]+) ", exposure)
        check(f"systemd-analyze security of {unit} at most 2.5", found and float(found[1]) <= 2.5, found and found[1])
    pins = pi.pin(HEAT), pi.pin(COOL), pi.pin(PUMP)
    check("relays and pump are outputs, off", pins == (("out", 0), ("out", 1), ("out", 0)), pins)
    check("a DS18B20 is read through the sandbox", until(lambda: pi.state("fv2")["beer_c"] == 14.0, 60.0) is not None)
    pi.beer(12.0)
    arrived = until(lambda: pi.state("fv1")["beer_c"] == 12.0, 90.0)
    check("a hydrometer's message arrives", arrived is not None)
    pi.tell("fv1", "start_batch", name="Amber 27", og=1.052)
    pi.tell("fv1", "target", target_c=WHOLE_C)
    for client in ("board_client.py", "ask.py", "typist.py"):
        pi.sh(f"cat > /run/{client} <<'EOF'\n{(HERE / client).read_text()}\nEOF")


def relays(pi: Pi) -> None:
    pi.beer(10.0)
    seconds = until(lambda: heats(pi), 90.0)
    check("cold beer: the heater's pin goes high", seconds is not None, f"{seconds} s")
    pi.probe(25.0)
    seconds = until(lambda: pi.pin(COOL) == ("out", 0), 90.0)
    check("warm beer: the cooler's active-low pin goes low", seconds is not None, f"{seconds} s")
    pi.press(STOP, 1)
    seconds = until(lambda: pi.pin(COOL) == ("out", 1), 30.0)
    check("emergency stop, seen by polling: the cooler goes off", seconds is not None, f"{seconds} s")
    pi.press(STOP, 0)
    time.sleep(5.0)
    pi.tell("fv2", "resume")
    check("resume: the cooler goes on", until(lambda: pi.pin(COOL) == ("out", 0), 90.0) is not None)
    memory = "grep VmRSS /proc/$(systemctl show -p MainPID --value brewpi)/status"
    check("resident", True, " ".join(pi.sh(memory).split()[1:]))
    spent = "awk '{print $14 + $15}' /proc/$(systemctl show -p MainPID --value brewpi)/stat"
    ticks = int(pi.sh(f"A=$({spent}); sleep 60; echo $(( $({spent}) - A ))"))
    check("share of one core", True, f"{ticks / 60:.1f} % of an emulated one, over 60 s")


def endings(pi: Pi) -> None:
    """kill -9, stop, a frozen process, a hung tick."""
    pid = "systemctl show -p MainPID --value brewpi"
    pi.sh(f"kill -9 $({pid})")
    seconds = until(lambda: pi.pin(HEAT)[1] == 0 and pi.pin(COOL)[1] == 1, 90.0, 0.2)
    check("kill -9: both pins off", seconds is not None, f"{seconds} s")
    check("and the service comes back", until(pi.active, 120.0, 1.0) is not None)
    pi.beer(9.0)
    check("the heater is on again", until(lambda: heats(pi), 90.0) is not None)
    began = time.monotonic()
    pi.sh("systemctl stop brewpi")
    check("systemctl stop: off", pi.pin(HEAT)[1] == 0, f"{time.monotonic() - began:.1f} s")
    ended = pi.sh(
        "systemctl show -p Result,ExecMainStatus brewpi; journalctl -u brewpi -b -o cat | grep -c 'SIGTERM: switching'"
    ).split()
    well = ended[:2] == ["Result=success", "ExecMainStatus=0"] and ended[-1] != "0"
    check("with status 0, and it says so", well, ended)
    pi.sh("systemctl start brewpi", 300.0)
    pi.beer(8.0)
    check("the heater is on once more", until(lambda: heats(pi), 120.0) is not None)
    pi.sh(f"kill -STOP $({pid})")
    seconds = until(lambda: pi.pin(HEAT)[1] == 0, 180.0, 0.5)
    check("a frozen process: systemd's watchdog ends it, pin off", seconds is not None, f"{seconds} s")
    until(pi.active, 120.0, 1.0)
    check("it heats again", until(lambda: heats(pi), 120.0) is not None)
    pi.sh(
        f"rm {PROBE}; mkfifo {PROBE}; chmod 644 {PROBE}"
    )  # whoever reads it waits for ever, as at a driver that hangs
    seconds = until(lambda: pi.pin(HEAT)[1] == 0, 120.0, 0.5)
    check("a probe that hangs the tick takes the other tank's heat away", seconds is not None, f"{seconds} s")
    pi.probe(14.0)
    until(pi.active, 180.0, 1.0)
    check("and then it goes on", until(lambda: heats(pi), 180.0) is not None)


def broker(pi: Pi) -> None:
    """Who may not, may not."""
    anonymous = pi.run("mosquitto_pub -t brewpi/riverside/fv1/command/stop -m '{}'")[0]
    check("nobody speaks without a name", anonymous != 0)
    encrypted = f"mosquitto_pub -h localhost -p 8883 --cafile /etc/brewpi/ca.crt -u brewer -P '{PASSWORD}' -t x/y -m 1"
    check("the broker is reached by TLS with its own authority", pi.run(encrypted, 60.0)[0] == 0)
    pi.tell("fv1", "stop", user="spindle")
    pi.sh(f"{pi.publishes('spindle', 'brewpi/riverside/fv1/state')} -r -m '{{\"forged\": 1}}'")
    pi.sh(f"{pi.publishes('brewer', 'brewpi/riverside/fv1/state')} -r -m '{{\"forged\": 1}}'")
    time.sleep(12.0)
    said = pi.state("fv1")
    check("a hydrometer stops nothing and forges nothing", "forged" not in said and heats(pi))


def board(pi: Pi) -> None:
    """Behind Caddy, by the name and the authority that the page says; and the tank does not depend on it."""
    seconds = until(lambda: "signed in" in pi.sh(f"python3 /run/board_client.py '{PASSWORD}'", 120.0), 300.0, 2.0)
    check("the board lets the operator in, over TLS, as cellar.local", seconds is not None, f"{seconds} s")
    said = pi.sh("python3 /run/board_client.py 'three other words'", 120.0)
    check("and nobody with another password", "refused" in said, said)
    memory = "grep VmRSS /proc/$(systemctl show -p MainPID --value brewpi-dashboard)/status"
    check("the board's resident memory", True, " ".join(pi.sh(memory).split()[1:]))
    pi.beer(8.0)
    until(lambda: heats(pi), 120.0)
    pi.sh("kill -9 $(systemctl show -p MainPID --value brewpi-dashboard)")
    check("a board that is killed takes no heat away", heats(pi))
    back = until(lambda: pi.sh("systemctl is-active brewpi-dashboard") == "active", 300.0, 1.0)
    check("and comes back", back is not None, f"{back} s")


def upgrade(pi: Pi) -> None:
    """With a beer in the tank, and one that is broken."""
    pi.beer(7.0)
    until(lambda: heats(pi), 120.0)
    words = f"{INSTALL} --upgrade --wheels /srv/wheels"
    began = time.monotonic()
    status, said = pi.run(words, 3600.0)
    check(
        "an upgrade with a beer in the tank", status == 0, f"{time.monotonic() - began:.0f} s, {said.splitlines()[-1]}"
    )
    batch = pi.state("fv1").get("batch")
    check("the batch goes on", isinstance(batch, dict) and batch["name"] == "Amber 27")
    check("and it heats again", until(lambda: heats(pi), 120.0) is not None)
    pi.sh("sed -i 's/    clock = SystemClock()/    raise MemoryError(1)/' /home/pi/brewpi/brewpi/service/daemon.py")
    status, said = pi.run(words.replace("300", "60"), 3600.0)
    check("a broken one is rolled back", status == 1 and "rolled back" in said, said.splitlines()[-1])
    check("and the old one runs", pi.active())
    check("and heats", until(lambda: heats(pi), 120.0) is not None)


def power(pi: Pi) -> None:
    """Cut in the middle of a dose, with one tank stopped by hand."""
    pi.beer(6.0)
    check("the heater is on", until(lambda: heats(pi), 120.0) is not None)
    pi.tell("fv2", "stop")
    pi.tell("fv1", "dose", volume_ml=60.0)
    seconds = until(lambda: pi.pin(PUMP) == ("out", 1), 60.0)
    check("a dose is given", seconds is not None, f"{seconds} s")
    pi.cut_power()
    say("power cut, with the heater on and a dose under way")
    pi.boot()
    check("the service starts with the machine", until(pi.active, 300.0, 1.0) is not None)
    integrity = "cp -a /var/lib/brewpi /run/db; sqlite3 /run/db/brewpi.sqlite 'pragma integrity_check'"
    check("the record is whole", pi.sh(integrity) == "ok")
    said = pi.state("fv1")
    batch = said.get("batch")
    back = isinstance(batch, dict) and batch["name"] == "Amber 27" and said["target_goal_c"] == WHOLE_C
    check("batch and target are back", back, f"{batch}, {said.get('target_goal_c')}")
    alarms = [alarm["text"] for alarm in said["alarms"]]
    check("the uncertain dose is said", any("uncertain" in text for text in alarms), alarms)
    check("and not repeated: the pump is off", pi.pin(PUMP) == ("out", 0))
    stopped = pi.state("fv2")["why"]
    check("the stopped tank is still stopped", "stop" in str(stopped).lower(), stopped)
    check("the heater is off, waiting for a reading", pi.pin(HEAT) == ("out", 0))
    pi.beer(5.0)
    check("and heats again", until(lambda: heats(pi), 120.0) is not None)
    check("the pump is still off", pi.pin(PUMP) == ("out", 0))
    forecast(pi)


def forecast(pi: Pi) -> None:
    """Rounded, so that the last digit may differ; `emulate.sh forecasts` compares whole numbers."""
    words = ["predict", "docs/ale.csv", "--at", "24,48,72", "--json"]
    there = pi.sh(f"cd /opt/brewpi && brewpi {' '.join(words)} 2>/run/said", 600.0)
    root = HERE.parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "brewpi", *words], cwd=root, capture_output=True, text=True, check=True
    )
    apart = max(apart_h(done.stdout.strip(), there))
    same = check("forecasts are those of this machine", apart < 0.011, f"{apart:g} h apart")
    if not same:
        say(f"here\n{done.stdout.strip()}\nthere\n{there}\n{pi.sh('cat /run/said')}")


STAGES = {  # in the order in which they run: the last ones leave another machine behind
    "relays": relays,
    "endings": endings,
    "broker": broker,
    "board": board,
    "upgrade": upgrade,
    "power": power,
    "page": page,
    "package": package,
}


def run(pi: Pi, stages: list[str]) -> None:
    subprocess.run(["cp", "--sparse=always", pi.folder / "sd.installed.img", pi.folder / "sd.img"], check=True)
    pi.boot()
    cellar(pi)
    for stage in sorted(stages, key=list(STAGES).index):
        say(stage)
        STAGES[stage](pi)
    log = pi.sh("journalctl -u 'brewpi*' -o cat --no-pager; journalctl -p warning --no-pager -o cat")
    refused = r"Permission|not permitted|denied|was not found|ImportError"
    bad = {line for line in log.splitlines() if re.search(refused, line)}
    check("nothing denied, nothing missing", not bad, "; ".join(sorted(bad))[:400])
    check("poweroff ends the machine", pi.shut_down())


def main() -> int:
    pi = Pi(Path(sys.argv[1]))
    try:
        if sys.argv[2] == "install":
            install(pi, board_later=sys.argv[3:] == ["later"])
        else:
            run(pi, sys.argv[3:])
    finally:
        pi.cut_power()
    if sys.argv[2] == "install" and not failed:
        (pi.folder / "sd.img").rename(pi.folder / "sd.installed.img")
    say(f"{len(failed)} failed" + "".join(f"\n  {name}" for name in failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
