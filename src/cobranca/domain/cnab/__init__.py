"""CNAB: the files that beneficiary and bank exchange about boletos.

Layouts are data (`record`, `layouts`); what a bank makes of a title is the only code.
"""

from __future__ import annotations

from cobranca.domain.cnab.account import RemittanceAccount, parameters_of
from cobranca.domain.cnab.company_use import company_use_of
from cobranca.domain.cnab.file_names import NamedFile, check_pattern, file_name
from cobranca.domain.cnab.layout import Layout
from cobranca.domain.cnab.layouts import LAYOUTS, layout
from cobranca.domain.cnab.limits import AccountField, Limits, Movement
from cobranca.domain.cnab.record import Field, Record, overlay, parse_records
from cobranca.domain.cnab.refusals import Refusal, TitleRefused
from cobranca.domain.cnab.settled import terms_of
from cobranca.domain.cnab.titles import Discount, People, RemittanceFile, Terms, Titles
from cobranca.domain.cnab.values import FieldInvalid, Value
from cobranca.domain.cnab.writer import RemittanceWriter, refusals_of, write_remittance

__all__ = [
    "LAYOUTS",
    "AccountField",
    "Discount",
    "Field",
    "FieldInvalid",
    "Layout",
    "Limits",
    "Movement",
    "NamedFile",
    "People",
    "Record",
    "Refusal",
    "RemittanceAccount",
    "RemittanceFile",
    "RemittanceWriter",
    "Terms",
    "TitleRefused",
    "Titles",
    "Value",
    "check_pattern",
    "company_use_of",
    "file_name",
    "layout",
    "overlay",
    "parameters_of",
    "parse_records",
    "refusals_of",
    "terms_of",
    "write_remittance",
]
