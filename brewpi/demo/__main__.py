"""`make demo`: one cellar hour a second, on the terminal and as a board, until Ctrl-C or as long as `--for` says."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from brewpi.cli.common import OneCommand, refuse, why_not
from brewpi.demo.board import Board
from brewpi.demo.broker import START_S, broker
from brewpi.demo.cellar import EARLIER_H, EARLIER_TICK_S, SITE, TICK_S, DemoCellar
from brewpi.demo.dashboard import PORT, NoBoard, board_process
from brewpi.hardware.files import check_replaceable
from brewpi.hardware.interrupt import Interrupt
from brewpi.mqtt import Mqtt
from brewpi.mqtt.link import MqttLink

SIGNALS = (signal.SIGTERM, signal.SIGINT)
FRAME_S = 0.2
TELL_EVERY_S = 5.0
SVG_COLUMNS = 150


def demo(
    seconds: Annotated[float | None, typer.Option("--for", min=1.0, help="end by itself after so many seconds")] = None,
    seed: Annotated[int, typer.Option(help="the same cellar for the same seed")] = 0,
    board_port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="of the board in a browser")] = PORT,
    svg: Annotated[Path | None, typer.Option(help="leave the last picture in this file")] = None,
) -> None:
    """A simulated cellar of four tanks, an embedded broker, the real control between them."""
    if svg is not None:
        try:
            check_replaceable(svg)
        except OSError as error:
            refuse(why_not(svg, error))
    console = Console(width=SVG_COLUMNS if svg else None, record=svg is not None)
    interrupt = Interrupt()
    for signum in SIGNALS:  # a shell's background job would ignore Ctrl-C
        signal.signal(signum, interrupt)
    try:
        console.print("Four simulated tanks, an hour of cellar in a second.")
        sys.stdout.flush()
        _load()
        with ExitStack() as stack:
            port = _broker(stack)
            sentences = [] if svg else _board(port, board_port, stack)
            show(port, seconds, seed, console, stack, sentences, interrupt)
    except KeyboardInterrupt:
        console.print("every output is off; good night")
    if svg:
        console.save_svg(str(svg), title="make demo")


def _load() -> None:
    """What takes a while to import, in one piece: Ctrl-C waits for its end, for half an import ends who knows how."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        for module in ("amqtt.broker", "brewpi.forecast.tflite_model"):
            with suppress(ImportError):  # whoever needs it says so
                import_module(module)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _broker(stack: ExitStack) -> int:
    try:
        return stack.enter_context(broker())
    except (ImportError, OSError) as error:
        typer.echo(f"the demo has no broker: {error}; make demo installs what it needs", err=True)
        raise typer.Exit(2) from None


def _board(port: int, wanted: int, stack: ExitStack) -> list[str]:
    """A process of its own; the demo goes on without. Returns what to tell."""
    try:
        return stack.enter_context(board_process(port, wanted)).sentences(wanted)
    except NoBoard as error:
        return [str(error)]


def show(
    port: int,
    seconds: float | None,
    seed: int,
    console: Console,
    stack: ExitStack,
    sentences: list[str],
    interrupt: Interrupt,
) -> None:
    """Run the cellar and the view side by side on this thread; they meet only at the broker."""
    demo_cellar = DemoCellar(port, seed)
    viewer = MqttLink(Mqtt(host="127.0.0.1", port=port), "brewpi-demo/availability", time.time, client_id="")
    heard = viewer.subscribe(f"brewpi/{SITE}/+/+")
    viewer.start()
    stack.callback(viewer.stop)
    _wait_for(viewer)
    for sentence in sentences:
        console.print(sentence, soft_wrap=True, highlight=False)
    console.print("Another view of the same messages:")
    console.print(f"  mosquitto_sub -p {port} -v -t 'brewpi/#'", soft_wrap=True, highlight=False)
    interrupt.at_once = False
    stack.enter_context(demo_cellar.cellar.opened(demo_cellar.clock.now()))
    demo_cellar.live(EARLIER_TICK_S, EARLIER_TICK_S)
    demo_cellar.pitch()
    view = Board("brewpi: what the broker says")
    with _screen(view, console) as refresh:

        def live(seconds: float, tick_s: float = TICK_S) -> None:
            demo_cellar.live(seconds, tick_s)
            interrupt.look()
            viewer.pump()
            refresh(view.receive(heard.take()))

        for _ in range(EARLIER_H):
            live(3600.0, EARLIER_TICK_S)
        for _ in _frames(seconds):
            frame_s = FRAME_S * demo_cellar.pace
            live(frame_s, min(TICK_S, frame_s))


def _wait_for(viewer: MqttLink) -> None:
    """Events are for those who listen: nothing happens before somebody does."""
    until = time.monotonic() + START_S
    while not viewer.online and time.monotonic() < until:
        time.sleep(0.02)


def _frames(seconds: float | None) -> Iterator[None]:
    """A frame every FRAME_S; a machine that is too slow for that shows slower time, not less."""
    begun = time.monotonic()
    due = begun
    while seconds is None or due - begun < seconds:
        yield
        due = max(due + FRAME_S, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))


@contextmanager
def _screen(board: Board, console: Console) -> Iterator[Callable[[list[str]], None]]:
    """A live table on a terminal, lines elsewhere."""
    if console.is_terminal or console.record:
        with Live(board.table(), console=console, refresh_per_second=5, transient=console.record) as live:
            yield lambda events: live.update(board.table())
        if console.record:
            console.print(board.table())
        return
    told_at = float("-inf")

    def tell(events: list[str]) -> None:
        nonlocal told_at
        lines = events
        if board.tanks and time.monotonic() - told_at >= TELL_EVERY_S:
            told_at = time.monotonic()
            lines = [*events, *board.lines()]
        for line in lines:
            print(line, flush=True)

    yield tell


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(cls=OneCommand)(demo)
    sys.exit(app())
