"""Which bank and width: told by the bytes of the first line."""

from __future__ import annotations

import pytest

from cobranca.domain.cnab.returns import RefusalCode, Verdict, read_return
from cobranca.domain.cnab.returns.layouts240 import LAYOUTS_240
from cobranca.domain.cnab.returns.layouts400 import LAYOUTS_400
from cobranca.domain.cnab.returns.recognise import recognise
from cobranca.domain.cnab.returns.refusal import Refused
from tests.unit.domain.cnab.returns.golden import file_bytes

HEAD_240 = b"75600000".ljust(142) + b"2"


@pytest.mark.parametrize("bank", sorted(LAYOUTS_400))
def test_files_of_400(bank: str) -> None:
    found = recognise(b"02RETORNO".ljust(76) + bank.encode())
    assert (found.bank, found.width) == (bank, 400)


@pytest.mark.parametrize("bank", sorted(LAYOUTS_240))
def test_files_of_240(bank: str) -> None:
    found = recognise(bank.encode() + HEAD_240[3:])
    assert (found.bank, found.width) == (bank, 240)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"01REMESSA01COBRANCA".ljust(76) + b"341", RefusalCode.NOT_A_RETORNO),
        (HEAD_240[:142] + b"1", RefusalCode.NOT_A_RETORNO),
        (HEAD_240[:142] + b"5", RefusalCode.NOT_A_RETORNO),
        (HEAD_240[:142] + b"3", RefusalCode.NOT_A_RETORNO),
        (HEAD_240[:100], RefusalCode.NOT_A_RETORNO),
        (b"75600010".ljust(142) + b"2", RefusalCode.NOT_A_RETORNO),
        (b"name,governmentId,email", RefusalCode.NOT_A_RETORNO),
        (b"%PDF-1.7", RefusalCode.NOT_A_RETORNO),
        (b"02RETORNO".ljust(76) + b"999", RefusalCode.UNKNOWN_BANK),
        (b"02RETORNO", RefusalCode.UNKNOWN_BANK),
        (b"399" + HEAD_240[3:], RefusalCode.UNKNOWN_BANK),
    ],
)
def test_what_is_no_return_file_says_so(line: bytes, code: RefusalCode) -> None:
    with pytest.raises(Refused) as refused:
        recognise(line)
    assert refused.value.refusal.code is code


def test_a_remittance_is_called_one() -> None:
    refusal = read_return(file_bytes("hostil-remessa.rem")).refusal
    assert refusal is not None
    assert "remessa" in refusal.message


def test_caixa_reports_a_refused_remittance() -> None:
    found = read_return(file_bytes("caixa240-2016-remessa-rejeitada.ret"))
    assert found.verdict is Verdict.REPORT
    assert [(fault.line, fault.code) for fault in found.report] == [(3, "88")]
    assert list(found.records()) == []


@pytest.mark.parametrize(
    ("agreements", "is_ours"),
    [(["1234567"], True), (["9", "00000000000001234567"], True), (["9"], False), ([], False)],
)
def test_whose_file_it_is(agreements: list[str], is_ours: bool) -> None:
    found = read_return(file_bytes("feito-bradesco400-pix-protesto.ret"), agreements=agreements)
    assert (found.verdict is Verdict.ACCEPT) == is_ours
    assert is_ours or (found.refusal and found.refusal.code) is RefusalCode.UNKNOWN_AGREEMENT
