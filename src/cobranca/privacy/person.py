"""Who is looked for: by CPF or CNPJ, by e-mail, or by both; and how they are told in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from cobranca.domain.email_address import check_address
from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A shorter one, as some old files have, stands in texts of other people too.
_TAX_ID_CHARACTERS_MIN = 8
#: What spreadsheets and people put between the digits.
_BETWEEN = r"[./ -]?"


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person; whatever carries one of the two is theirs."""

    #: Without punctuation, upper case.
    tax_id: str | None
    #: Lower case.
    emails: frozenset[str]

    @classmethod
    def of(cls, *, tax_id: str | None, email: str | None) -> Person:
        """Take what was typed.

        Raises:
            InvalidField: neither is given, or one is none.
        """
        bare = re.sub(r"[./\s-]", "", tax_id or "").upper()
        address = (email or "").strip().lower()
        if not bare and not address:
            raise InvalidField("tax_id", "Name a CPF or CNPJ, or an e-mail address")
        if bare and not (bare.isascii() and bare.isalnum()):
            raise InvalidField("tax_id", "A CPF or CNPJ has digits and letters only")
        if address:
            check_address("email", address)
        return cls(tax_id=bare or None, emails=frozenset({address} - {""}))

    def with_addresses(self, emails: Iterable[str]) -> Person:
        """Return the same person, told by these addresses too."""
        return replace(self, emails=self.emails | ({email.lower() for email in emails} - {""}))

    @cached_property
    def pattern(self) -> str:
        """An expression that finds them in a text; of PostgreSQL's and Python's common grammar.

        The tax id with or without punctuation and zeros in front, both as whole words. Empty where
        nothing would be told for sure.
        """
        parts: list[str] = []
        if self.tax_id is not None and len(self.tax_id) >= _TAX_ID_CHARACTERS_MIN:
            body = _BETWEEN.join(self.tax_id.lstrip("0"))
            parts.append(rf"(?<![0-9A-Za-z])(?:0{_BETWEEN})*{body}(?![0-9A-Za-z])")
        if self.emails:
            body = "|".join(re.escape(email) for email in sorted(self.emails))
            parts.append(rf"(?<![A-Za-z0-9._%+-])(?:{body})(?![A-Za-z0-9-]|\.[A-Za-z0-9])")
        return "|".join(parts)

    def is_in(self, text: str) -> bool:
        """Whether a text names them."""
        return self.pattern != "" and self._compiled.search(text) is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)
