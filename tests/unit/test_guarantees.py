"""Every promise of docs/guarantees.md names tests, and those tests exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
PROMISED, _, REST = TEXT.partition("## Not promised")
ROWS = [
    line.strip("|").split(" | ")
    for line in PROMISED.splitlines()
    if line.startswith("| ") and not line.startswith("| promise |")
]
_REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def _tests_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in tree.body if isinstance(node, kinds)}


def _missing(text: str) -> list[str]:
    return [
        f"{path}::{name}"
        for path, name in _REFERENCE.findall(text)
        if not (ROOT / path).is_file() or name not in _tests_of(path)
    ]


@pytest.mark.parametrize("row", ROWS, ids=[row[0].strip()[:60] for row in ROWS])
def test_promise_names_tests_that_exist(row: list[str]) -> None:
    promise, proof = row
    assert promise.strip()
    assert _REFERENCE.search(proof)
    assert not _REFERENCE.sub("", proof).replace(",", "").strip(" |"), "something else than tests"
    assert not _missing(proof)


def test_there_are_promises_and_what_is_none() -> None:
    assert len(ROWS) >= 30
    assert REST.count("\n- ") >= 10


@pytest.mark.parametrize(
    "proof",
    [
        "`tests/unit/test_guarantees.py::test_of_nothing`",
        "`tests/unit/test_nowhere.py::test_promise_names_tests_that_exist`",
    ],
)
def test_missing_test_is_found(proof: str) -> None:
    assert _missing(proof)
