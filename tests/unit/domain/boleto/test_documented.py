"""docs/boleto.md says what the code says."""

from __future__ import annotations

import re

import pytest

from cobranca.domain.boleto import BANKS, Bank
from tests.unit.domain.boleto.test_examples import BARCODES, PRINTED
from tests.unit.domain.golden import GOLDEN

DOCUMENT = GOLDEN.parents[1] / "docs" / "boleto.md"


def _row(bank: Bank) -> str:
    parameters = ", ".join(
        f"`{p.name}` {'/'.join(map(str, p.lengths))}{'' if p.needed else '?'}"
        for p in bank.parameters
    )
    return f"| {bank.printed_code} | {bank.name} | {parameters} | {bank.proof} |"


def test_the_table_of_banks_is_the_code_s():
    rows = re.findall(r"^\| \d{3}-.*$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    expected = [_row(bank) for bank in BANKS.values()]
    assert rows == expected, "docs/boleto.md must hold these rows:\n" + "\n".join(expected)


@pytest.mark.parametrize("code", BANKS)
def test_a_proof_counts_its_examples(code: str):
    whole = sum(row["bank"] == code for row in BARCODES)
    printed = sum(row["bank"] == code for row in PRINTED)
    proof = BANKS[code].proof
    if whole:
        assert proof.startswith(f"{whole} whole boleto")
    if printed and whole:
        assert f" {printed} our number" in proof


def test_the_lines_of_code_make_a_slip():
    [code] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    scope: dict[str, bytes] = {}
    exec(compile(code, str(DOCUMENT), "exec"), scope)  # noqa: S102 The document's own lines.
    assert scope["pdf"].startswith(b"%PDF-")
