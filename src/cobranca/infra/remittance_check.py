"""Whether the settings of the bank's files fit together: told at the start, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cobranca.domain.cnab import RemittanceAccount, check_pattern, layout, parameters_of
from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from cobranca.infra.remittance_settings import RemittanceSettings

_SCHEMES = ("s3", "gs", "az", "azure", "abfs", "abfss", "https", "http")


def check_remittance(
    said: RemittanceSettings,
    *,
    bank: str,
    bank_parameters: Mapping[str, str],
    name: str,
    tax_id: str,
) -> None:
    """Refuse what no file could be written with.

    Args:
        said: the settings, with a layout.
        bank: the beneficiary's, as three digits.
        bank_parameters: what its boletos are numbered with.
        name: the beneficiary's.
        tax_id: the beneficiary's.

    Raises:
        ValueError: which setting is wrong, and why.
    """
    if said.layout is None:
        return
    try:
        known = layout(said.layout)
    except InvalidField as error:
        raise ValueError(f"layout: {error.detail}") from error
    if known.bank != bank:
        raise ValueError(f"layout: {known.code} is not of bank {bank}, which issues the boletos")
    try:
        account = RemittanceAccount(
            layout_code=said.layout,
            beneficiary_name=name,
            beneficiary_tax_id=tax_id,
            parameters=parameters_of(said.layout, bank_parameters, said.bank_parameters),
        )
    except InvalidField as error:
        detail = error.detail.replace("account.", "", 1)
        raise ValueError(f"bank_parameters: {detail}") from error
    if account.not_used:
        raise ValueError(f"bank_parameters: {known.code} has no {', '.join(account.not_used)}")
    if known.species and said.species not in known.species:
        raise ValueError(f"species: {known.code} has {', '.join(known.species)}")
    _check_delivery(said)


def _check_delivery(said: RemittanceSettings) -> None:
    if said.file_name is not None:
        try:
            check_pattern(said.file_name)
        except InvalidField as error:
            raise ValueError(f"file_name: {error.detail}") from error
    url = said.delivery_url
    if url is None:
        return
    if not (Path(url.removeprefix("file://")).is_absolute() or urlsplit(url).scheme in _SCHEMES):
        raise ValueError("delivery_url: say a folder from its root on, or s3://, gs://, az://")
