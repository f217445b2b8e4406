"""`cobranca boleto pdf`: JSON in, a PDF with readable codes, or an error with the field's name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from typer.testing import CliRunner

from cobranca.cli import app
from cobranca.domain.pix import static_payload
from tests.support.scanner import scan

SLIP: dict[str, Any] = {
    "boleto": {
        "bank": "341", "wallet": "109", "branch": "0057", "account": "12345",
        "our_number": "00000001", "amount_cents": 123456, "due_date": "2026-12-31",
    },
    "beneficiary": {"name": "Escola Aurora Ltda", "tax_id": "11222333000181"},
    "payer": {"name": "José da Silva", "tax_id": "52998224725", "address": ["Rua A, 1"]},
    "issued": "2026-11-24",
}  # fmt: skip


def run(tmp_path: Path, *slips: dict[str, Any], options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run the command on JSON lines; the PDF goes to slip.pdf."""
    source = tmp_path / "slips.jsonl"
    source.write_text("\n".join(json.dumps(slip) for slip in slips), encoding="utf-8")
    out = str(tmp_path / "slip.pdf")
    result = CliRunner().invoke(app, ["boleto", "pdf", "-o", out, *options, str(source)])
    return result.exit_code, result.output


def numbered(sequence: int) -> dict[str, Any]:
    """Return the slip with another our number."""
    return SLIP | {"boleto": SLIP["boleto"] | {"our_number": f"{sequence:08d}"}}


def codes(path: Path, page: int = 0) -> set[str]:
    """Read the barcodes of a page from its pixels."""
    return set(scan(path, page=page, dpi=200))


def test_a_slip_is_printed_with_its_barcode(tmp_path: Path) -> None:
    assert run(tmp_path, SLIP) == (0, "")
    (barcode,) = codes(tmp_path / "slip.pdf")
    assert (barcode[:3], barcode[9:19]) == ("341", "0000123456")
    text = pypdfium2.PdfDocument(tmp_path / "slip.pdf")[0].get_textpage().get_text_range()
    assert "José da Silva" in text
    assert "109/00000001-6" in text


def test_several_slips_make_a_page_each_or_three_a_page(tmp_path: Path) -> None:
    slips = [numbered(number) for number in range(1, 5)]
    assert run(tmp_path, *slips)[0] == 0
    assert len(pypdfium2.PdfDocument(tmp_path / "slip.pdf")) == 4
    assert len(codes(tmp_path / "slip.pdf", 3)) == 1
    assert run(tmp_path, *slips, options=("--carne",))[0] == 0
    assert len(pypdfium2.PdfDocument(tmp_path / "slip.pdf")) == 2
    assert len(codes(tmp_path / "slip.pdf")) == 3


def test_a_second_copy_shows_fine_and_interest(tmp_path: Path) -> None:
    late = {"paid_on": "2027-01-30", "fine_basis_points": 200, "interest_basis_points_month": 100}
    assert run(tmp_path, SLIP | {"second_copy": late})[0] == 0
    text = pypdfium2.PdfDocument(tmp_path / "slip.pdf")[0].get_textpage().get_text_range()
    assert "2ª via" in text
    assert "1.271,60" in text  # 1,234.56 + 2 % + 30 days of 1 % a month, in whole cents.


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"boleto": SLIP["boleto"] | {"branch": "57"}}, "branch"),
        ({"boleto": SLIP["boleto"] | {"amount_cents": 1.5}}, "boleto.amount_cents"),
        ({"boleto": SLIP["boleto"] | {"our_number": 1}}, "boleto.our_number"),
        ({"payer": {"nome": "x"}}, "payer"),
        ({"issued": "yesterday"}, "issued"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, change: dict[str, Any], word: str) -> None:
    code, output = run(tmp_path, SLIP | change)
    assert code == 1
    assert word in output


PIX = static_payload(key="52998224725", name="Escola", city="Recife", amount_cents=123456)


@pytest.mark.parametrize(
    "payload",
    [
        PIX[:-4] + "0000",
        PIX[:-9],
        PIX.replace("1234.56", "1234.57"),
        static_payload(key="52998224725", name="Escola", city="Recife", amount_cents=200000),
        "https://pix.example/qr/v2/abc",
        "",
    ],
)
def test_a_pix_code_that_does_not_pay_the_boleto_is_refused(tmp_path: Path, payload: str) -> None:
    code, output = run(tmp_path, SLIP | {"pix_payload": payload})
    assert code == 1
    assert output.startswith("pix_payload: ")
    assert not (tmp_path / "slip.pdf").exists()


def test_a_good_pix_code_is_printed(tmp_path: Path) -> None:
    assert run(tmp_path, SLIP | {"pix_payload": PIX}) == (0, "")
    text = pypdfium2.PdfDocument(tmp_path / "slip.pdf")[0].get_textpage().get_text_range()
    assert PIX in text


def test_the_pix_code_of_a_second_copy_pays_what_is_owed(tmp_path: Path) -> None:
    late = {"paid_on": "2027-01-30", "fine_basis_points": 200, "interest_basis_points_month": 100}
    owed = static_payload(key="52998224725", name="Escola", city="Recife", amount_cents=127160)
    assert run(tmp_path, SLIP | {"second_copy": late, "pix_payload": owed}) == (0, "")
    assert run(tmp_path, SLIP | {"second_copy": late, "pix_payload": PIX})[0] == 1


@pytest.mark.parametrize(
    ("options", "field", "lines"),
    [((), "instructions", 26), ((), "messages", 26), (("--carne",), "instructions", 7)],
)
def test_more_lines_than_the_paper_has_are_refused(
    tmp_path: Path, options: tuple[str, ...], field: str, lines: int
) -> None:
    texts = [f"Linha {number}." for number in range(1, lines + 1)]
    assert run(tmp_path, SLIP | {field: texts[:-1]}, options=options) == (0, "")
    text = pypdfium2.PdfDocument(tmp_path / "slip.pdf")[0].get_textpage().get_text_range()
    assert all(line in text for line in texts[:-1])
    code, output = run(tmp_path, SLIP | {field: texts}, options=options)
    assert code == 1
    assert output.startswith(f"{field}: ")


def test_what_the_slip_has_no_letters_for_is_warned_of(tmp_path: Path) -> None:
    payer = SLIP["payer"] | {"name": "山田 Ana 😀"}
    code, output = run(tmp_path, SLIP | {"payer": payer})
    assert code == 0
    assert output == "warning: payer.name: the slip cannot print '山田' (TEXT_UNPRINTABLE)\n"
    text = pypdfium2.PdfDocument(tmp_path / "slip.pdf")[0].get_textpage().get_text_range()
    assert "?? Ana - CPF" in text


def test_no_slip_and_no_json_are_refused(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 1
    (tmp_path / "slips.jsonl").write_text("nothing", encoding="utf-8")
    result = CliRunner().invoke(
        app, ["boleto", "pdf", "-o", str(tmp_path / "x"), str(tmp_path / "slips.jsonl")]
    )
    assert result.exit_code == 1
