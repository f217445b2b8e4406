"""What leaves a repository is a frozen value whose fields are the columns of its query."""

from __future__ import annotations

import ast
import dataclasses
import importlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import psycopg
import pytest

from cobranca.infra.sql import load_queries
from tests.integration.test_queries import PREPARED, STAGING, _literal, _numbered
from tests.integration.test_queries import _without_comments as code_of
from tests.integration.test_queries import connection as connection  # noqa: PLC0414

FEATURES = [
    "billings",
    "boletos",
    "jobs",
    "notifications",
    "overview",
    "overview.period",
    "remittances",
    "retention",
    "uploads",
    "notifications.second_copies",
    "notifications.undelivered",
    "uploads.checks",
]
#: Of features whose SQL is in more than one file.
REPOSITORIES = {
    "notifications": [
        "repository",
        "account_repository",
        "resend_repository",
    ]
}
_FETCH = {"fetch_one", "fetch_all", "stream_rows"}

#: (feature, query) of more than one column that is not handed on as a value: why.
ESCAPES = {
    ("uploads", "add_upload"): "read by the ingest, in its own process, and not handed on",
    ("uploads", "find_upload_by_bytes"): "the same",
    ("uploads", "reject_staged"): "the same",
    ("uploads", "count_warnings"): "the same",
    ("uploads", "sum_block"): "the same",
    ("uploads", "describe_known"): "read by the check, in its own process",
    ("uploads", "prefer_lookups"): "settings, and not read",
    ("notifications", "begin_mailing"): "of the sender, which reads its rows by name",
    ("notifications", "settle_in_flight"): "counts by state",
    ("notifications", "read_mails"): "of the sender, by the thousand",
    ("notifications", "read_registered_mails"): "the same",
    ("notifications", "read_anew"): "laid over the rows of read_mails",
    ("notifications", "find_unwanted"): "handed on as a dictionary by billing",
    ("notifications", "find_handed_over"): "of the bounces, which read their rows by name",
    ("notifications", "add_notifications"): "counts by state",
    ("notifications", "recount_batch"): "counts by state",
    ("notifications", "lock_account"): "becomes an `Answers` of the domain and a hold",
}


@cache
def _rows() -> dict[tuple[str, str], type]:
    """Return the class of the rows of each query that has one, as the repositories call them."""
    return {
        (feature, query): getattr(module, row)
        for feature in FEATURES
        for name in REPOSITORIES.get(feature, ["repository"])
        for module, calls in [_calls(feature, name)]
        for query, row in calls
        if row
    }


def _calls(feature: str, name: str) -> tuple[Any, list[tuple[str, str | None]]]:
    """Return a repository, and which query it fetches as which class."""
    module = importlib.import_module(f"cobranca.{feature}.{name}")
    tree = ast.parse(files(f"cobranca.{feature}").joinpath(f"{name}.py").read_text("utf-8"))
    found: list[tuple[str, str | None]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _FETCH:
            row = next((ast.unparse(k.value) for k in node.keywords if k.arg == "row"), None)
            found += [(query, row) for query in _names(node)]
    return module, found


def _names(call: ast.Call) -> Iterator[str]:
    for node in ast.walk(call.args[1]):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "QUERIES":
            assert isinstance(node.slice, ast.Constant)
            yield str(node.slice.value)


def _columns(connection: psycopg.Connection, query: str) -> list[str]:
    """Return the names of a query's columns, as the server has them."""
    with connection.transaction(force_rollback=True):
        for statement in STAGING:
            connection.execute(statement)
        connection.execute(_literal(f"PREPARE described AS {_numbered(code_of(query))}"))
        described = connection.pgconn.describe_prepared(b"described")
        connection.execute("DEALLOCATE described")
        names = [described.fname(column) for column in range(described.nfields)]
    return [name.decode() for name in names if name is not None]


@pytest.mark.parametrize(("feature", "query"), _rows())
def test_fields_are_the_columns(connection: psycopg.Connection, feature: str, query: str) -> None:
    row = _rows()[feature, query]
    columns = _columns(connection, load_queries(f"cobranca.{feature}")[query])
    if issubclass(row, tuple):
        assert columns == list(row._fields)  # type: ignore[attr-defined]
    else:
        assert dataclasses.is_dataclass(row)
        assert row.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert hasattr(row, "__slots__")
        assert sorted(columns) == sorted(field.name for field in dataclasses.fields(row))


def test_what_has_more_than_one_column_is_a_value(connection: psycopg.Connection) -> None:
    wide = {
        (feature, name)
        for feature in FEATURES
        for name, query in load_queries(f"cobranca.{feature}").items()
        if code_of(query).split(maxsplit=1)[0] in PREPARED and len(_columns(connection, query)) > 1
    }
    assert sorted(wide - _rows().keys() - ESCAPES.keys()) == []
    assert sorted(ESCAPES.keys() - (wide - _rows().keys())) == [], "escapes that are not needed"
