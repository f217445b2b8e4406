"""No input whatever is answered with a 500, nor with what the OpenAPI document does not know."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from tests.conftest import new_database
from tests.support.api_process import Api, running_api

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.stack

DEBT_ID = str(uuid.UUID(int=1))
CSV = (
    "name,governmentId,email,debtAmount,debtDueDate,debtId\n"
    f"Ana,12345678909,ana@example.com,10.50,2030-01-31,{DEBT_ID}\n"
    "Ana,,,,,\n"
).encode()
#: What a parameter of any type may be sent, each as it stands in the address.
TEXTS = [
    quote(text, safe="")
    for text in (
        "\0", "a\0b", "a@b.example\0", "²", "١٢", "１", "-1", "0", str(2**31 - 1), str(2**31),
        str(2**63 - 1), str(2**63), str(2**64), "1" * 5000, "1e3", "1_0", " 1", "1.0", "NaN", "",
        " ", "'", '"', "\\", "%", "%00", "\r\n", "\u202e", "\ud7ff", "\U0010ffff", "null", "true",
        "[]", "{}", "x" * 10_000, "../../etc/passwd", "00000000-0000-0000-0000-000000000000", "ſ",
        "FAILED", DEBT_ID, "{" + DEBT_ID + "}", "urn:uuid:" + DEBT_ID, "smtp", ";", "|", "\t",
    )
] + ["%ff%fe", "%ed%a0%80", "%c0%80", "%", "%zz"]  # fmt: skip


@schemathesis.serializer("message/rfc822", "text/csv")
def _as_it_is(_context: object, value: object) -> bytes:
    """Send a body that is no JSON, whatever was made up for it."""
    data = getattr(value, "data", value)
    return data if isinstance(data, bytes) else str(data).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def api(
    postgres_url: str, nats_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """Run an API that nobody works for."""
    folder: Path = tmp_path_factory.mktemp("any-input")
    with (
        new_database(postgres_url) as database_url,
        running_api(database_url, nats_url, folder) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def document(api: Api) -> dict[str, Any]:
    """Return the OpenAPI document."""
    answer: dict[str, Any] = httpx.get(f"{api.url}/openapi.json").json()
    return answer


@pytest.fixture(scope="module")
def upload_id(api: Api) -> str:
    """Return a file that is there."""
    headers = {"Content-Type": "text/csv"}
    sent = httpx.post(f"{api.url}/billings/csv/upload", content=CSV, headers=headers, timeout=60)
    upload_id: str = sent.json()["upload_id"]
    return upload_id


def calls(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give method, path and operation of every call that ends by itself."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if not path.endswith("/progress"):
                yield method.upper(), path, operation


def _there(parameters: list[dict[str, Any]]) -> dict[str, str]:
    """Give each parameter of a path something of its kind, which may not be there."""
    return {
        parameter["name"]: "1" if parameter["schema"].get("type") == "integer" else DEBT_ID
        for parameter in parameters
        if parameter["in"] == "path"
    }


def addresses(path: str, parameters: list[dict[str, Any]], upload_id: str) -> Iterator[str]:
    """Give the addresses in which each parameter in turn is each text, the others what is there."""
    there = _there(parameters) | {"upload_id": upload_id, "debt_id": DEBT_ID}
    for parameter, text in itertools.product(parameters, TEXTS):
        values = {**there, parameter["name"]: text}
        query = "&".join(
            f"{other['name']}={values[other['name']]}"
            for other in parameters
            if other["in"] == "query" and other["name"] in values
        )
        yield path.format_map(values) + (f"?{query}" if query else "")


def test_no_text_in_any_parameter_is_too_much(
    api: Api, document: dict[str, Any], upload_id: str
) -> None:
    failed: list[tuple[str, str, int]] = []
    tried = 0
    # The file stays where it is until all that only reads it has been tried.
    ordered = sorted(calls(document), key=lambda call: call[0] != "GET")
    with httpx.Client(timeout=120) as client:
        for method, path, operation in ordered:
            for address in addresses(path, operation.get("parameters", []), upload_id):
                content = CSV if method == "POST" else None
                headers = {"Content-Type": "text/csv"} if content else {}
                url = httpx.URL(api.url).copy_with(raw_path=address.encode())
                answer = client.request(method, url, content=content, headers=headers)
                tried += 1
                if answer.status_code >= 500:
                    failed.append((method, address[:200], answer.status_code))
    assert failed == []
    assert tried > 1000


def test_streams_refuse_what_is_no_file(api: Api) -> None:
    for text in TEXTS:
        path = f"/billings/csv/uploads/{text}/progress"
        url = httpx.URL(api.url).copy_with(raw_path=path.encode())
        with httpx.stream("GET", url, timeout=60) as answer:
            assert answer.status_code < 500


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_call_that_the_document_allows_or_forbids_is_a_fault(
    api: Api, document: dict[str, Any], mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=api.url)
    tried = 0
    for found in schema.exclude(path_regex="/progress$").get_all_operations():

        @hypothesis.given(case=found.ok().as_strategy(generation_mode=mode))
        @hypothesis.settings(
            max_examples=15,
            derandomize=True,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        def attempt(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(checks=[not_a_server_error], timeout=120)

        with suppress(hypothesis.errors.Unsatisfiable):  # What takes nothing is never wrong.
            attempt()
    assert tried > 100


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "DELETE", "POST", "GET", "OPTIONS"])
def test_a_wrong_method_is_told_the_right_ones(
    api: Api, document: dict[str, Any], method: str
) -> None:
    for path, operations in document["paths"].items():
        known = {name.upper() for name in operations}
        if method in known or (path.endswith("/progress") and method == "GET"):
            continue
        operation = next(iter(operations.values()))
        address = path.format_map(_there(operation.get("parameters", [])))
        answer = httpx.request(method, api.url + address, timeout=60)
        if answer.status_code == 405:
            assert known & set(answer.headers["Allow"].replace(" ", "").split(","))
        else:
            assert answer.status_code < 500
