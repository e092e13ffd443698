"""schemathesis asks every address of the interface what its own description allows."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from api.app import create_app
from tests.api.small_network import small_network

STREAMS = r"(/events|/watch)$"
"""They stay open as long as the client does."""


@pytest.fixture(scope="module")
def interface(tmp_path_factory: pytest.TempPathFactory) -> Any:
    schemathesis = pytest.importorskip("schemathesis", reason="make peers installs schemathesis")
    app = create_app(small_network(tmp_path_factory.mktemp("feed")))
    found = schemathesis.openapi.from_asgi("/openapi.json", app)
    return found.exclude(path_regex=STREAMS).exclude(method=["POST", "DELETE"])


def test_no_question_brings_the_server_down_and_answers_are_as_described(interface: Any) -> None:
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import response_schema_conformance

    asked = 0
    for found in interface.get_all_operations():

        @given(case=found.ok().as_strategy())
        @settings(
            max_examples=5, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        def ask(case: Any) -> None:
            case.call_and_validate(checks=[not_a_server_error, response_schema_conformance])

        ask()
        asked += 1
    assert asked > 30


def test_the_description_can_be_read_without_a_request(tmp_path: Path) -> None:
    assert create_app(small_network(tmp_path)).openapi()["openapi"].startswith("3.")
