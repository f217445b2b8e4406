"""Terms of a billing: fine, interest, discounts, rebate, payment limit, protest, write-off.

An account states some, a row of a file may state others; what holds for one billing is settled from
both, and said in the same sentences on the slip and in the mail.
"""

from __future__ import annotations

from cobranca.domain.terms.check import Faults, check_terms, enough_cents, is_over_legal
from cobranca.domain.terms.sentences import sentences_of
from cobranca.domain.terms.settle import settle
from cobranca.domain.terms.stated import (
    DISCOUNTS_MAX,
    NOTHING,
    Limit,
    Portion,
    StatedDiscount,
    StatedTerms,
    stated_terms_of,
)
from cobranca.domain.terms.terms import Terms, TermsDiscount, discount_cents

__all__ = [
    "DISCOUNTS_MAX",
    "NOTHING",
    "Faults",
    "Limit",
    "Portion",
    "StatedDiscount",
    "StatedTerms",
    "Terms",
    "TermsDiscount",
    "check_terms",
    "discount_cents",
    "enough_cents",
    "is_over_legal",
    "sentences_of",
    "settle",
    "stated_terms_of",
]
