"""Settings that are no allowed value stop the start, rather than every mail."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cobranca.infra.settings import BeneficiarySettings, Settings


@pytest.mark.parametrize("field", ["reply_to", "list_unsubscribe"])
@pytest.mark.parametrize("text", ["a b", "x@são.example", "x@y.example\r\nBcc: z@y.example", ""])
def test_what_is_no_address_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        BeneficiarySettings(**{field: text})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["X Y", "X:", "X\r\nBcc", "", "x" * 65])
def test_what_is_no_field_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings(smtp_idempotency_header=name)
