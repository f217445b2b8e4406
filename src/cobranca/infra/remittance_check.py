"""Whether the settings of the bank's files fit together: told at the start, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cobranca.domain.cnab import RemittanceAccount, check_pattern, parameters_of
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
        account = RemittanceAccount(
            layout_code=said.layout,
            beneficiary_name=name,
            beneficiary_tax_id=tax_id,
            parameters=parameters_of(said.layout, bank_parameters, said.bank_parameters),
        )
    except InvalidField as error:
        where = "layout" if error.field == "layout" else "bank_parameters"
        detail = error.detail.replace("account.", "", 1)
        raise ValueError(f"{where}: {detail}") from error
    layout = account.layout
    if layout.bank != bank:
        raise ValueError(f"layout: {layout.code} is not of bank {bank}, which issues the boletos")
    if account.not_used:
        raise ValueError(f"bank_parameters: {layout.code} has no {', '.join(account.not_used)}")
    if layout.species and said.species not in layout.species:
        raise ValueError(f"species: {layout.code} has {', '.join(layout.species)}")
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
