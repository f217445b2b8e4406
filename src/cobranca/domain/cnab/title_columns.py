"""What all layouts write alike of a title, and what no bank takes."""

from __future__ import annotations

from typing import Final

import numpy as np

from cobranca.domain.cnab.arrays import (
    Array,
    are_states,
    are_tax_ids,
    cleaned,
    codes,
    days,
    digits_table,
    is_blank,
    is_longer,
    tax_ids,
)
from cobranca.domain.cnab.columns import Column
from cobranca.domain.cnab.extras import read_messages, read_pix
from cobranca.domain.cnab.layout import ADDRESS_CUT, Draft
from cobranca.domain.cnab.limits import Movement
from cobranca.domain.cnab.read_terms import ReadTerms
from cobranca.domain.cnab.terms import read_terms
from cobranca.domain.cnab.text import Bytes, are_plain, matrix_of, rows_that
from cobranca.domain.cnab.titles import People, TextColumn
from cobranca.domain.tax_id import TaxIdKind

_FIRST: Final = np.datetime64("2000-01-01")
_AFTER_LAST: Final = np.datetime64("2100-01-01")
_POSTAL_CODE_DIGITS: Final = 8
#: Widest fields of people; single layouts have narrower ones, and cut.
_NAME_WIDTH: Final = 60
_ADDRESS_WIDTH: Final = 40
_PLACE_WIDTH: Final = 20
_MISSING: Final = "FIELD_MISSING"


def title_columns(draft: Draft) -> dict[str, Column]:
    """Write what every layout has, by the names of the tables; refuse what no bank takes."""
    titles = draft.titles
    # First, as what else is wrong may follow from it.
    movement = _movement(draft)
    _check_dates_and_money(draft)
    terms = draft.terms = read_terms(draft)
    messages, draft.has_message = read_messages(draft)
    pix, draft.has_pix = read_pix(draft)
    _check_own_number(draft, "document_number", titles.document_number)
    _check_own_number(draft, "company_use", titles.company_use)
    return {
        "document_number": titles.document_number,
        "company_use": titles.company_use,
        "movement": movement,
        "species": _species(draft),
        "acceptance": _acceptance(draft),
        "due": draft.due,
        "issued": draft.issued,
        "amount": draft.amount,
        "rebate": draft.rebate,
        "iof": 0,
        **messages,
        **pix,
        **_people(draft, terms),
        **_guarantors(draft),
        **{
            f"discount{number}.{name}": column
            for number, discount in enumerate(terms.discounts, 1)
            for name, column in (("until", discount.until), ("value", discount.value))
        },
    }


def _check_dates_and_money(draft: Draft) -> None:
    for field, column in (("due", draft.due), ("issued", draft.issued)):
        draft.refuse(np.isnat(column), field, _MISSING, "it is missing.")
        outside = (column < _FIRST) | (column >= _AFTER_LAST)
        draft.refuse(outside, field, "DATE_RANGE", "it must be from 2000 to 2099.")
    early = draft.entry & (draft.due < draft.issued)
    draft.refuse(early, "due", "DUE_BEFORE_ISSUE", "it is before the day of issue.")
    future = draft.issued > days(draft.file.generated_at.date())
    draft.refuse(future, "issued", "ISSUED_IN_FUTURE", "it is after the day of the file.")
    draft.refuse(draft.amount <= 0, "amount_cents", "AMOUNT_NOT_POSITIVE", "it must be positive.")
    most = 10 ** draft.layout.width_of("amount") - 1
    draft.refuse(draft.amount > most, "amount_cents", "AMOUNT_TOO_LARGE", f"at most {most} cents.")
    _check_rebate(draft)


def _check_rebate(draft: Draft) -> None:
    granted = draft.is_movement(Movement.REBATE)
    taken = granted | draft.is_movement(Movement.CANCEL_REBATE)
    detail = "a rebate stands only with the movement that grants or cancels one."
    draft.refuse(~taken & (draft.rebate != 0), "rebate_cents", "REBATE_NOT_ALLOWED", detail)
    wrong = (draft.rebate < 0) | (draft.rebate >= draft.amount) | (granted & (draft.rebate == 0))
    detail = "it must be more than nothing and less than the amount."
    draft.refuse(taken & wrong, "rebate_cents", "REBATE_INVALID", detail)


def _check_own_number(draft: Draft, name: str, column: TextColumn) -> None:
    """Hold a number that must come back as it went to what fits, and to plain characters."""
    width = draft.layout.width_of(name)
    if not width:
        return
    given = matrix_of(draft.text(column))
    detail = "only letters, digits, blanks and . , - / come back as they went."
    draft.refuse(~are_plain(given), name, "FIELD_NOT_ALLOWED", detail)
    if given.shape[1] > width:
        detail = f"{draft.layout.code} has {width} places for it."
        draft.refuse(rows_that(given[:, width:]), name, "FIELD_LENGTH", detail)
    if name == "document_number":
        empty = (given == 32) | (given == 0)
        blank = _all_of(empty)
        draft.refuse(blank, name, _MISSING, "it is missing.")
        if not draft.limits.document_number_zero:
            zero = _all_of(empty | (given == 48)) & ~blank
            draft.refuse(zero, name, "FIELD_NOT_ALLOWED", "this bank takes no number of zeros.")


def _all_of(found: Array) -> Array:
    """Tell which rows are so throughout; quick where, as nearly always, none begins so."""
    if not found.shape[1]:
        return np.ones(len(found), dtype=np.bool_)
    if not found[:, 0].any():
        return np.zeros((), dtype=np.bool_)
    return np.asarray(found.all(axis=1))


def _movement(draft: Draft) -> Array:
    known = {code: code for code in draft.layout.movements}
    detail = f"{draft.layout.code} has the movements {', '.join(known)}."

    def refuse(unknown: Array) -> None:
        draft.refuse(unknown, "movement", "FIELD_NOT_ALLOWED", detail)

    return draft.map_codes(draft.movement, known, refuse)


def _species(draft: Draft) -> Column:
    known = dict(draft.layout.species)
    if not known:
        return ""
    detail = f"{draft.layout.code} has the species {', '.join(known)}."

    def refuse(unknown: Array) -> None:
        draft.refuse(unknown, "species", "FIELD_NOT_ALLOWED", detail)

    return draft.map_codes(draft.species_names, known, refuse)


def _acceptance(draft: Draft) -> Array:
    good = (draft.acceptance == b"A") | (draft.acceptance == b"N")
    draft.refuse(~good, "acceptance", "FIELD_NOT_ALLOWED", "it is A or N.")
    return np.where(good, draft.acceptance, b"N")


def _people(draft: Draft, terms: ReadTerms) -> dict[str, Column]:
    """Write the payers; an entry must have what the layout has a place for."""
    payer, count = draft.titles.payer, draft.count
    name = cleaned(payer.name, _NAME_WIDTH)
    draft.refuse(is_blank(name), "payer.name", _MISSING, "it is missing.")
    tax_id, kinds = tax_ids(payer.tax_id, count)
    detail = "it is no CPF or CNPJ whose check digits fit."
    draft.refuse(~are_tax_ids(kinds), "payer.tax_id", "TAX_ID_INVALID", detail)
    columns = _address(draft, "payer", payer, _must_have_address(draft, terms))
    cut = is_longer(payer.address, draft.layout.width_of("payer.address"))
    draft.warn(draft.entry & cut, ADDRESS_CUT)
    companies = kinds == TaxIdKind.CNPJ
    return {
        "payer.name": name,
        "payer.tax_id": tax_id,
        "payer.type": draft.choose(companies, "2", "1"),
        "payer.type2": draft.choose(companies, "02", "01"),
        **columns,
    }


def _must_have_address(draft: Draft, terms: ReadTerms) -> Array:
    if draft.limits.address_optional:
        return draft.entry & terms.protested
    return draft.entry


def _address(draft: Draft, who: str, people: People, needed: Array) -> dict[str, Column]:
    """Write an address; `needed` says which titles may not go without one."""
    address = cleaned(people.address, _ADDRESS_WIDTH)
    city = cleaned(people.city, _PLACE_WIDTH)
    postal_code, is_code = digits_table(people.postal_code, draft.count, _POSTAL_CODE_DIGITS)
    no_code = _all_of(postal_code == 0)
    zeros = _all_of(postal_code == 48)
    states = codes(people.state)
    no_state = (states == b"") | (states == b" ") | (states == b"  ")
    for field, missing in (
        ("address", is_blank(address)),
        ("city", is_blank(city)),
        ("state", no_state),
    ):
        if f"{who}.{field}" in draft.layout.names:
            draft.refuse(needed & missing, f"{who}.{field}", "ADDRESS_MISSING", "it is missing.")
    draft.refuse(needed & no_code, f"{who}.postal_code", "ADDRESS_MISSING", "it is missing.")
    wrong = ~no_code & (~is_code | zeros)
    detail = "it must be eight digits, and not zeros."
    draft.refuse(wrong, f"{who}.postal_code", "POSTAL_CODE_INVALID", detail)
    unknown = ~are_states(states) & ~no_state
    draft.refuse(unknown, f"{who}.state", "STATE_INVALID", "it is none of the 27 states.")
    digits = np.maximum(postal_code, 48)
    return {
        f"{who}.address": address,
        f"{who}.district": cleaned(people.district, _PLACE_WIDTH),
        f"{who}.city": city,
        f"{who}.state": states,
        f"{who}.cep": digits,
        f"{who}.cep5": digits[:, :5],
        f"{who}.cep3": digits[:, 5:],
    }


def _guarantors(draft: Draft) -> dict[str, Column]:
    people = draft.titles.guarantor
    draft.has_guarantor = np.asarray(False)
    draft.guarantor_name = draft.guarantor_tax_id = ""
    if people is None:
        return {
            "guarantor.name": "",
            "guarantor.tax_id": "",
            "guarantor.type": "0",
            **{f"guarantor.{name}": "" for name in ("address", "district", "city", "state", "cep")},
        }
    name = cleaned(people.name, _NAME_WIDTH)
    has = ~is_blank(name)
    draft.has_guarantor = has
    given = draft.text(people.tax_id)
    nameless = ~has & (np.strings.str_len(np.strings.strip(given)) > 0)
    draft.refuse(nameless, "guarantor.name", _MISSING, "the guarantor has a tax id, but no name.")
    if not draft.limits.guarantor:
        detail = f"{draft.layout.code} has no place for a guarantor."
        draft.refuse(has, "guarantor.name", "TERM_NOT_EXPRESSIBLE", detail)
    tax_id, kinds = tax_ids(people.tax_id, draft.count)
    detail = "it is no CPF or CNPJ whose check digits fit."
    if draft.layout.names & {"guarantor.tax_id", "guarantor_tax_id"}:
        draft.refuse(has & ~are_tax_ids(kinds), "guarantor.tax_id", "TAX_ID_INVALID", detail)
    companies = draft.choose(kinds == TaxIdKind.CNPJ, "2", "1")
    draft.guarantor_name, draft.guarantor_tax_id = name, tax_id
    zeros: Bytes = np.full_like(tax_id, 48)
    return {
        **_address(draft, "guarantor", people, np.asarray(False)),
        "guarantor.name": name,
        "guarantor.tax_id": np.where(np.atleast_1d(has)[:, np.newaxis], tax_id, zeros),
        "guarantor.type": np.where(has, companies, b"0"),
    }
