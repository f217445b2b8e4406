"""Finds what looks like a setting and is not read: unknown names, broken lines of cobranca.env."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING

from dotenv.parser import parse_stream
from pydantic import BaseModel

from cobranca.infra.settings import SETTINGS_GIVEN, Settings, settings_file

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "COBRANCA_"
#: Names that are read, but are no settings of a user: by tests, by the image's entry point, and
#: from the supervisor.
_READ_ELSEWHERE = {
    "COBRANCA_CRASHPOINT",
    "COBRANCA_DATABASE_HOST",
    "COBRANCA_NATS_HOST",
    SETTINGS_GIVEN,
}
#: What the tests are told by.
_OF_TESTS = ("COBRANCA_TEST_", "COBRANCA_CHAOS_")
#: What says where the file is cannot stand in it.
_ENVIRONMENT_ONLY = "COBRANCA_DATA_DIR"
#: Messages at the most; a file that is something else altogether has thousands of lines.
_MESSAGES_MAX = 20


def unread_settings() -> list[str]:
    """Say what is set to no effect, a sentence each; a value is in none of them."""
    found: list[str] = []
    for message in _unread():
        found.append(message)
        if len(found) == _MESSAGES_MAX:
            break
    return found


def setting_names() -> set[str]:
    """Return every name that a setting may have; of groups, those of their fields too."""
    names: set[str] = set()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variable = alias if isinstance(alias, str) else f"{_PREFIX}{name}".upper()
        names.add(variable)
        names |= _names_inside(variable, field.annotation)
    return names


def _names_inside(variable: str, group: object) -> set[str]:
    """Return the names of a group's fields, and of the groups among them."""
    if not (isinstance(group, type) and issubclass(group, BaseModel)):
        return set()
    names: set[str] = set()
    for inner, field in group.model_fields.items():
        name = f"{variable}__{inner}".upper()
        names |= {name, *_names_inside(name, field.annotation)}
    return names


def _unread() -> Iterator[str]:
    known = setting_names()
    for name in sorted(os.environ):
        if name.upper().startswith(_PREFIX) and not _is_read(name, known):
            yield f"{name} is not read{_meant(name, known)}"
    path = settings_file()
    if path is None or not path.is_file():
        return
    with path.open(encoding="utf-8") as lines:
        for binding in parse_stream(lines):
            fault = _fault(binding.key, binding.value, known=known, broken=binding.error)
            if fault is not None:
                yield f"{path.name}, line {binding.original.line}: {fault}"


def _fault(name: str | None, value: str | None, *, known: set[str], broken: bool) -> str | None:
    """Return what is wrong with a line of the file; None = nothing."""
    if broken:
        return "this is no `NAME=value`"
    if name is None:
        return None  # An empty line, or a comment.
    if name.upper() == _ENVIRONMENT_ONLY:
        return f"{_ENVIRONMENT_ONLY} is read from the environment only"
    if not _is_read(name, known):
        meant = _meant(name, known)
        # A name like none of ours may be a piece of a value that was broken over lines.
        shown = name if meant or name.upper().startswith(_PREFIX) else "this name"
        return f"{shown} is not read{meant}"
    return f"{name} has no value" if value is None else None


def _is_read(name: str, known: set[str]) -> bool:
    upper = name.upper()
    if upper in known or upper in _READ_ELSEWHERE or upper.startswith(_OF_TESTS):
        return True
    outer = upper.rpartition("__")[0]
    return outer.endswith("BANK_PARAMETERS") and outer in known  # Its names are the banks'.


def _meant(name: str, known: set[str]) -> str:
    """Name the setting that was probably meant."""
    bare = name.upper().removeprefix(_PREFIX)
    for candidate in (bare, f"{_PREFIX}{bare}"):
        if candidate in known:
            return f": the setting is {candidate}"
    close = get_close_matches(name.upper(), known, n=1, cutoff=0.8)
    return f"; is {close[0]} meant?" if close else ""
