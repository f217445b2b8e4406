"""The house's rules about its edges: what a route asks of its caller, and what a query names.

They are read from the code itself, as those of `test_house_rules.py` are.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from cobranca.api import create_app
from cobranca.http.guard import OPEN_PATHS, SIGNED_PATHS
from cobranca.http.principal import SCOPES, ScopeCheck
from cobranca.infra.settings import Settings
from cobranca.infra.sql import load_queries

SOURCE = Path(__file__).parents[2] / "src" / "cobranca"

#: Parameters that name a row only together with its beneficiary.
NAMED_WITH_BENEFICIARY = re.compile(r"%\((debt_ids?|public_ids?)\)s")
BENEFICIARY = re.compile(r"\bbeneficiary_id = %\(beneficiary_id\)s")
#: (package, query): why it may do without.
BENEFICIARY_ESCAPES = {
    ("notifications", "find_handed_over"): "a mail that came back tells whose by its sender alone",
    ("webhooks", "add_deliveries"): "writes what was read of the endpoint's own beneficiary",
    (
        "payments",
        "add_suspense",
    ): "writes what somebody told of, whose the beneficiary stands beside it",
}


def _queries() -> Iterator[tuple[str, str, str]]:
    for path in sorted(SOURCE.rglob("queries.sql")):
        package = path.parent.relative_to(SOURCE).as_posix().replace("/", ".")
        for name, query in load_queries(f"cobranca.{package}").items():
            yield package, name, re.sub(r"^--.*$", "", query, flags=re.MULTILINE)


def _is_named_alone(query: str) -> bool:
    """Whether a debt or an upload is named without the beneficiary whose it is."""
    return bool(NAMED_WITH_BENEFICIARY.search(query)) and not BENEFICIARY.search(query)


def test_a_debt_and_an_upload_are_named_with_their_beneficiary() -> None:
    found = {(package, name) for package, name, query in _queries() if _is_named_alone(query)}
    assert sorted(found - BENEFICIARY_ESCAPES.keys()) == []
    assert sorted(BENEFICIARY_ESCAPES.keys() - found) == [], "escapes that are not needed"


def test_many_queries_name_a_debt_or_an_upload() -> None:
    assert sum(bool(NAMED_WITH_BENEFICIARY.search(query)) for _, _, query in _queries()) >= 10


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id FROM billing WHERE debt_id = %(debt_id)s",
        "SELECT id FROM billing WHERE debt_id = ANY(%(debt_ids)s)",
        "UPDATE upload SET removed_at = now() WHERE public_id = %(public_id)s",
        "SELECT id, beneficiary_id FROM upload WHERE public_id = %(public_id)s",
        "SELECT id FROM billing WHERE debt_id = %(debt_id)s AND %(beneficiary_id)s > 0",
    ],
)
def test_beneficiary_rule_can_fail(query: str) -> None:
    assert _is_named_alone(query)


def test_repositories_open_no_transaction() -> None:
    """Who knows what belongs together opens it: the service."""
    found = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in SOURCE.rglob("*repository.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"transaction", "commit", "rollback"}
    ]
    assert not found


# ------------------------------------------------------------------------------------- routes

#: A job may make a file or cancel: its service asks for what its act needs beyond the route.
BY_ACT = {"/jobs", "/jobs/{job_id}/stop", "/jobs/{job_id}/resume"}


def _routes() -> list[APIRoute]:
    files = [path.relative_to(SOURCE).with_suffix("").parts for path in SOURCE.rglob("*router.py")]
    modules = [".".join(("cobranca", *parts)) for parts in files]
    routers = [importlib.import_module(module).router for module in modules]
    return [route for router in routers for route in router.routes]


def _asked(route: APIRoute) -> list[str]:
    calls = (dependency.call for dependency in route.dependant.dependencies)
    return [call.scope for call in calls if isinstance(call, ScopeCheck)]


def test_every_route_asks_for_a_scope_but_those_that_are_open() -> None:
    routes = {(route.path_format, *sorted(route.methods)): _asked(route) for route in _routes()}
    shown = create_app(Settings()).openapi()["paths"]
    assert {path for path, *_ in routes} == shown.keys() | {"/metrics"}
    assert {path for (path, *_), asked in routes.items() if not asked} == {
        *OPEN_PATHS,
        *SIGNED_PATHS,
    }
    assert not {name: asked for name, asked in routes.items() if len(asked) > 1}


def test_what_only_reads_asks_for_no_more_and_what_changes_asks_to() -> None:
    for route in (route for route in _routes() if route.path not in BY_ACT):
        for scope in _asked(route):
            assert scope.endswith(":read") == (route.methods == {"GET"}), route.path


def test_every_scope_is_asked_for() -> None:
    assert {scope for route in _routes() for scope in _asked(route)} == SCOPES
