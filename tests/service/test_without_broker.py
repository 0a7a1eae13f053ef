"""Each program that talks to a broker, without one: the real process, and what stands on its log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from brokers import Broker, until
from ports import free_port
from test_daemon import SIMULATED, SITE

PROGRAMS = {
    "run": ("control goes on, events are kept and sent when it is back", ["{config}"]),
    "outbound": ("no alarm is sent on until it is back, but that nothing is heard", ["{config}"]),
    "dashboard": (
        "the board shows what it heard last and takes no orders until it is back",
        ["--port", "{port}", "--listen", "127.0.0.1:{board}"],
    ),
    "receiver": (
        "what hydrometers send is refused until it is back",
        ["--port", "{port}", "--listen", "127.0.0.1:{receiver}", "--token-file", "{here}/token"],
    ),
}
OUTBOUND = '[outbound.phones]\nkind = "webhook"\nsecret_file = "{here}/url"\n'


def test_every_program_says_once_that_its_broker_is_away_and_that_it_is_found(broker: Broker, tmp_path: Path):
    broker.kill()
    config = tmp_path / "cellar.toml"
    config.write_text((SITE + SIMULATED.replace("{", "{{").replace("}", "}}") + OUTBOUND).format(
        here=tmp_path, port=broker.port
    ))
    (tmp_path / "url").write_text("https://hooks.example/x")
    (tmp_path / "token").write_text("a-token-of-some-length")
    fields = {"config": config, "here": tmp_path, "port": broker.port, "board": free_port(), "receiver": free_port()}
    logs = {program: tmp_path / f"{program}.log" for program in PROGRAMS}
    begun = []
    for program, (_, words) in PROGRAMS.items():
        command = [sys.executable, "-m", "brewpi", program, *(word.format(**fields) for word in words)]
        with logs[program].open("wb") as out:
            begun.append(subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=out))

    def about_the_broker(program: str) -> list[str]:
        return [line for line in logs[program].read_text().splitlines() if "broker" in line]

    try:
        until(lambda: all(about_the_broker(program) for program in PROGRAMS), 90.0)
        broker.start()
        until(lambda: all(len(about_the_broker(program)) > 1 for program in PROGRAMS), 60.0)
    finally:
        for process in begun:
            process.terminate()
        for process in begun:
            process.wait(20.0)
    for program, (meanwhile, words) in PROGRAMS.items():
        address = f"broker {'127.0.0.1' if words == ['{config}'] else 'localhost'}:{broker.port}"
        assert about_the_broker(program) == [
            f"{address} does not answer: nothing listens on that port; {meanwhile}", f"{address} found",
        ], program  # fmt: skip
