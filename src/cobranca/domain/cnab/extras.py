"""What few layouts have: lines for the slip, and Pix."""

from __future__ import annotations

from typing import Final

import numpy as np

from cobranca.domain.cnab.arrays import Array, cleaned, is_blank, is_longer
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.layout import MESSAGE_CUT, Draft
from cobranca.domain.cnab.limits import Movement
from cobranca.domain.cnab.text import matrix_of, rows_that
from cobranca.domain.cnab.titles import TextColumn

_MESSAGE_WIDTH: Final = 80
_NOT_SAID: Final = "TERM_NOT_EXPRESSIBLE"
#: Kinds of a Pix key, by the tables: CPF, CNPJ, phone, e-mail, random.
_CPF, _CNPJ, _PHONE, _EMAIL, _RANDOM = "12345"


def read_messages(draft: Draft) -> tuple[dict[str, Column], Array]:
    """Write the lines for the slip by the names of the tables; tell which titles have any."""
    names = draft.layout.message_names
    lines = [cleaned(line, _MESSAGE_WIDTH) for line in draft.titles.messages]
    has = np.asarray(False)
    for index, line in enumerate(lines):
        present = draft.entry & ~is_blank(line)
        if index >= len(names):
            places = f"{len(names)} place{'s'[: len(names) - 1]}" if names else "no place"
            detail = f"{draft.layout.code} has {places} for lines of the slip."
            draft.refuse(present, f"messages[{index}]", _NOT_SAID, detail)
        else:
            width = draft.layout.width_of(names[index])
            draft.warn(present & is_longer(draft.titles.messages[index], width), MESSAGE_CUT)
        has = has | present
    columns: dict[str, Column] = dict.fromkeys(names, "")
    columns.update(zip(names, lines, strict=False))
    return columns, has


def read_pix(draft: Draft) -> tuple[dict[str, Column], Array]:
    """Write key and id of the Pix; tell which entries ask for one."""
    key, txid = draft.titles.pix_key, draft.titles.pix_txid
    if key is None and txid is None:
        return {"pix.key": "", "pix.txid": "", "pix.key_kind": "0"}, np.asarray(False)
    has_key = np.asarray(False) if key is None else _present(draft, key)
    has_txid = np.asarray(False) if txid is None else _present(draft, txid)
    has = (has_key | has_txid) & draft.entry
    if not draft.limits.pix:
        detail = f"{draft.layout.code} has no record for a Pix."
        draft.refuse(has, "pix_key", _NOT_SAID, detail)
    given = {"pix.key": "" if key is None else key, "pix.txid": "" if txid is None else txid}
    for name, column in given.items():
        _check_text(draft, name, column)
    kinds = np.asarray(b"0") if key is None else _kinds(draft, key, has_key)
    return {**given, "pix.key_kind": kinds}, has


def entry_with_pix(draft: Draft, has: Array) -> None:
    """Hold Pix and the movement that enters a title with one together."""
    entered = draft.is_movement(Movement.ENTRY_WITH_PIX)
    code = draft.layout.code_of(Movement.ENTRY_WITH_PIX)
    detail = f"{draft.layout.code} enters a title with Pix by movement {code}."
    draft.refuse(has & ~entered, "movement", "MOVEMENT_INVALID", detail)


def _present(draft: Draft, column: TextColumn) -> Array:
    given = matrix_of(draft.text(column))
    return np.asarray(((given != 0) & (given != 32)).any(axis=1))


def _check_text(draft: Draft, name: str, column: TextColumn) -> None:
    """Refuse what would not fit, as keys and ids are never cut."""
    width = draft.layout.width_of(name)
    if not width:
        return
    given = matrix_of(draft.text(column))
    field = name.replace(".", "_")
    if given.shape[1] > width:
        detail = f"{draft.layout.code} has {width} places for it."
        draft.refuse(rows_that(given[:, width:]), field, "FIELD_LENGTH", detail)
    odd = rows_that((given > 126) | ((given < 32) & (given > 0)))
    draft.refuse(odd, field, "FIELD_NOT_ALLOWED", "it has characters that are not ASCII.")


def _kinds(draft: Draft, key: TextColumn, has_key: Array) -> Array:
    texts = [bytes(text).decode("utf-8", "replace") for text in draft.text(key).tolist()]
    kinds = np.array([_kind(text.strip()) for text in texts], dtype="S1")
    unknown = has_key & (kinds == b"0")
    detail = "a Pix key is a CPF, a CNPJ, a phone (+55...), an e-mail or a random key."
    draft.refuse(unknown, "pix_key", "FIELD_NOT_ALLOWED", detail)
    return kinds


def _kind(key: str) -> str:
    if "@" in key:
        return _EMAIL
    if key.startswith("+") and key[1:].isdigit():
        return _PHONE
    if len(key) == 11 and key.isdigit():
        return _CPF
    if len(key) == 14 and key.isalnum():
        return _CNPJ
    return _RANDOM if len(key) == 36 and key.count("-") == 4 else "0"
