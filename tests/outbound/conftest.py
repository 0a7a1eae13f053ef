from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from web import Web

from brewpi.outbound import OutboundOptions
from brewpi.outbound.brewfather import Brewfather
from brewpi.outbound.delivery_worker import DeliveryWorker
from brewpi.outbound.webhook import Webhook

SECRET = "s3cr3t"
HURRY = 0.002  # five seconds of patience in ten milliseconds


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


@pytest.fixture
def hire(tmp_path: Path) -> Iterator[Callable[..., DeliveryWorker]]:
    """`hire(web)` gives a worker to that server, started."""
    hired: list[DeliveryWorker] = []

    def made(
        web: Web, kind: type[OutboundOptions] = Webhook, clock: Callable[[], float] = lambda: 0.0, **options
    ) -> DeliveryWorker:
        file = tmp_path / "secret"
        is_stream = issubclass(kind, Brewfather)
        file.write_text(SECRET if is_stream else f"{web.address}/{SECRET}")
        if is_stream:
            options["address"] = f"{web.address}/stream"
        worker = DeliveryWorker("out", kind.model_validate({"secret_file": file, **options}), clock, time_scale=HURRY)
        hired.append(worker)
        worker.start()
        return worker

    yield made
    for worker in hired:
        worker.stop()
