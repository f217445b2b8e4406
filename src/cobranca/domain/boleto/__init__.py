"""Boletos: numbers of every bank, read and written, one at a time and in bulk.

A library by itself: no server, no settings, no clock.

    from datetime import date
    from cobranca.domain.boleto import Account, format_digitable_line, make_boleto

    parameters = {"wallet": "109", "branch": "0057", "account": "12345"}
    account = Account(bank="341", parameters=parameters)
    number = account.our_number_of(1, issued=date(2026, 8, 1))
    boleto = make_boleto(account, number, amount_cents=123_456, due_date=date(2026, 8, 31))
    print(format_digitable_line(boleto.digitable_line), boleto.our_number)
"""

from cobranca.domain.boleto.account import Account, bank
from cobranca.domain.boleto.bank import Bank
from cobranca.domain.boleto.banks import BANKS
from cobranca.domain.boleto.barcode import (
    barcode_of_line,
    digitable_line_of,
    format_digitable_line,
)
from cobranca.domain.boleto.bulk import (
    IssuedNumbers,
    digitable_lines_of,
    issue_numbers,
    issued_our_numbers,
    make_boletos,
    printed_our_numbers,
)
from cobranca.domain.boleto.numbers import BoletoNumbers, make_boleto
from cobranca.domain.boleto.parameters import Parameter
from cobranca.domain.boleto.read import (
    ReadBoleto,
    read_barcode,
    read_boleto,
    read_digitable_line,
)

__all__ = [
    "BANKS",
    "Account",
    "Bank",
    "BoletoNumbers",
    "IssuedNumbers",
    "Parameter",
    "ReadBoleto",
    "bank",
    "barcode_of_line",
    "digitable_line_of",
    "digitable_lines_of",
    "format_digitable_line",
    "issue_numbers",
    "issued_our_numbers",
    "make_boleto",
    "make_boletos",
    "printed_our_numbers",
    "read_barcode",
    "read_boleto",
    "read_digitable_line",
]
