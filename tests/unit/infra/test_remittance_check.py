"""Settings of the bank's files that do not fit together are refused in one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cobranca.infra.settings import BeneficiarySettings, Settings

_BRADESCO = BeneficiarySettings(
    bank="237", bank_parameters={"wallet": "09", "branch": "1234", "account": "0567890"}
)
_WHOLE = {"account_digit": "3", "company_code": "4321987"}


@pytest.mark.parametrize(
    ("beneficiary", "said", "sentence"),
    [
        (None, {"layout": "341"}, "layout: There is no layout '341'"),
        (None, {"layout": "237-400"}, "layout: 237-400 is not of bank 341"),
        (_BRADESCO, {"layout": "237-400"}, "bank_parameters: account_digit is missing: "),
        (
            _BRADESCO,
            {"layout": "237-400", "bank_parameters": {**_WHOLE, "company_code": "x" * 30}},
            "bank_parameters: company_code must be digits",
        ),
        (
            _BRADESCO,
            {"layout": "237-400", "bank_parameters": {**_WHOLE, "compani": "1"}},
            "bank_parameters: 237-400 has no compani",
        ),
        (None, {"layout": "341-400", "species": "XX"}, "species: 341-400 has "),
        (None, {"layout": "341-400", "file_name": "a.rem"}, "file_name: Two files would have"),
        (None, {"layout": "341-400", "delivery_url": "out"}, "delivery_url: say a folder"),
        (None, {"automatic": True}, "layout: without one nothing is registered"),
    ],
)
def test_what_does_not_fit_is_named(
    beneficiary: BeneficiarySettings | None, said: dict[str, Any], sentence: str
) -> None:
    given: dict[str, Any] = {"remittance": said}
    if beneficiary is not None:
        given["beneficiary"] = beneficiary
    with pytest.raises(ValidationError) as raised:
        Settings(**given)
    (error,) = raised.value.errors()
    assert error["loc"] == ("remittance",)
    assert sentence in error["msg"]


def test_mails_that_wait_for_the_bank_need_a_layout() -> None:
    with pytest.raises(ValidationError, match="COBRANCA_MAIL_WHEN=registered"):
        Settings(mail_when="registered")
    settings = Settings(mail_when="registered", remittance={"layout": "341-400"})  # type: ignore[arg-type]
    assert settings.remittance.layout == "341-400"


def test_what_fits_is_taken() -> None:
    said = {"layout": "237-400", "bank_parameters": _WHOLE, "delivery_url": "/srv/out"}
    settings = Settings(beneficiary=_BRADESCO, remittance=said)  # type: ignore[arg-type]
    assert settings.remittance.titles_max == 20_000
