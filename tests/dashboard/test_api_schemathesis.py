"""Schemathesis asks the API all that its own description allows, and much that it does not: no fault, no odd answer.

`API_EXAMPLES=2000` for long (`make schemathesis`)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
import schemathesis
from api_harness import ApiHarness
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from brewpi.dashboard.api import access, commands
from brewpi.dashboard.feed import archive

EXAMPLES = int(os.environ.get("API_EXAMPLES", "15"))
API = ApiHarness(Path(tempfile.mkdtemp()))
SCHEMA = schemathesis.openapi.from_asgi("/api/v1/openapi.json", API.mounted)

REFUSALS = SCHEMA.config.checks.negative_data_rejection
REFUSALS.expected_statuses = [*REFUSALS.expected_statuses, "413"]  # too large is looked at before what is wrong in it
PATIENCE_S = 300 + EXAMPLES  # of one address, on a machine that does much else


@SCHEMA.auth()
class Program:
    """Shows its token, unless Schemathesis tries without."""

    def get(self, case: schemathesis.Case, context: object) -> str:
        return API.writer["authorization"]

    def set(self, case: schemathesis.Case, token: str, context: object) -> None:
        case.headers["Authorization"] = token


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as it likes, and nobody waits for a cellar that is not there."""
    monkeypatch.setattr(commands, "ANSWER_S", 0.05)
    monkeypatch.setattr(archive, "ANSWER_S", 0.05)
    monkeypatch.setattr(access.MovingWindowRateLimiter, "hit", lambda *_: True)


@pytest.mark.timeout(PATIENCE_S)
@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_is_described(case: schemathesis.Case) -> None:
    # a rule that no JSON schema can say, such as "a unit beside a gravity", is a refusal with its sentence
    case.call_and_validate(excluded_checks=[positive_data_acceptance])
