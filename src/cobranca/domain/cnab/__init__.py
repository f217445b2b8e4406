"""CNAB: the files that beneficiary and bank exchange about boletos.

Layouts are data (`record`); what a bank makes of a title is the only code.
"""

from __future__ import annotations

from cobranca.domain.cnab.record import Field, Record, overlay, parse_records
from cobranca.domain.cnab.values import FieldInvalid, Value

__all__ = ["Field", "FieldInvalid", "Record", "Value", "overlay", "parse_records"]
