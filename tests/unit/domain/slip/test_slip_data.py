"""A slip refuses facts that disagree, and a late payer's copy adds up."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.errors import InvalidField
from cobranca.domain.pix import dynamic_payload, static_payload
from cobranca.domain.slip import (
    SlipCharges,
    SlipGuarantor,
    recalculate,
    second_copy,
)
from cobranca.domain.slip.itf import UNITS, bars

DUE = date(2026, 11, 10)


def refused(field, make, **facts):
    with pytest.raises(InvalidField) as error:
        make(**facts)
    assert error.value.field == field


def test_numbers_that_disagree_are_refused(make_slip):
    good = make_slip()
    refused("barcode", make_slip, barcode="1" * 43)
    refused("barcode", make_slip, barcode="١" * 44)
    refused("digitable_line", make_slip, digitable_line="1" * 46)
    refused("digitable_line", make_slip, digitable_line=good.digitable_line[:-1] + "x")
    refused("digitable_line", make_slip, digitable_line=make_slip(1).digitable_line)


def test_amount_must_be_the_one_in_the_barcode(make_slip):
    good = make_slip()
    refused("amount_cents", make_slip, amount_cents=-1, barcode=good.barcode,
            digitable_line=good.digitable_line)  # fmt: skip
    refused("amount_cents", make_slip, amount_cents=1, barcode=good.barcode,
            digitable_line=good.digitable_line)  # fmt: skip
    charges = SlipCharges(fine_interest_cents=good.amount_cents - 1)
    slip = make_slip(amount_cents=1, barcode=good.barcode, charges=charges,
                     digitable_line=good.digitable_line)  # fmt: skip
    assert slip.charged_cents == good.amount_cents


@pytest.mark.parametrize("payload", ["", "ação", "a\nb", "x" * 513, "https://pix.example/qr/v2/a"])
def test_payload_that_no_qr_should_carry_is_refused(make_slip, payload):
    refused("pix_payload", make_slip, pix_payload=payload)


def static(amount_cents):
    return static_payload(key="52998224725", name="A", city="B", amount_cents=amount_cents)


def test_a_pix_code_must_be_whole(make_slip):
    good = static(123456)
    assert make_slip(pix_payload=good).pix_payload == good
    refused("pix_payload", make_slip, pix_payload=good[:-5])
    refused("pix_payload", make_slip, pix_payload=good[:-1] + chr(ord(good[-1]) ^ 1))
    refused("pix_payload", make_slip, pix_payload=good.replace("1234.56", "1234.65"))
    refused("pix_payload", make_slip, pix_payload=good + "\n")


def test_a_pix_code_must_pay_what_the_boleto_does(make_slip):
    assert make_slip(pix_payload=static(None)).pix_payload
    for cents in (1, 123455, 123457, 12345600):
        refused("pix_payload", make_slip, pix_payload=static(cents))


def test_a_late_static_code_must_pay_the_charges_and_a_dynamic_one_may_leave_them_to_the_bank(
    make_slip,
):
    late = {"charges": SlipCharges(fine_interest_cents=250)}
    dynamic = dynamic_payload(url="pix.example.com/1", name="A", city="B", amount_cents=123456)
    assert make_slip(pix_payload=static(123706), **late).pix_payload
    assert make_slip(pix_payload=dynamic, **late).pix_payload
    refused("pix_payload", make_slip, pix_payload=static(123456), **late)


@pytest.mark.parametrize(("code", "digit"), [("34", "7"), ("34A", "7"), ("341", ""), ("341", "10")])
def test_bank_code_that_cannot_be_printed_is_refused(make_template, code, digit):
    with pytest.raises(InvalidField):
        make_template(bank_code=code, bank_digit=digit)


def test_negative_charges_are_refused():
    refused("discount_cents", SlipCharges, discount_cents=-1)
    refused("other_additions_cents", SlipCharges, other_additions_cents=-1)


@pytest.mark.parametrize(
    ("days", "fine", "interest"),
    [(-5, 0, 0), (0, 0, 0), (1, 200, 3), (15, 200, 50), (30, 200, 100)],
)
def test_fine_is_owed_once_and_interest_by_days(days, fine, interest):
    late = recalculate(10_000, DUE, DUE + timedelta(days=days), 200, 100)
    assert (late.fine_cents, late.interest_cents) == (fine, interest)
    assert late.total_cents == 10_000 + fine + interest
    assert late.days_late == max(days, 0)


@given(
    st.integers(0, 9_999_999_999), st.integers(0, 3000), st.integers(0, 1000), st.integers(0, 2000)
)
def test_recalculation_equals_decimal_arithmetic(amount, days, fine_bp, interest_bp):
    late = recalculate(amount, DUE, DUE + timedelta(days=days), fine_bp, interest_bp)
    fine = Decimal(amount) * fine_bp / 10_000 if days else Decimal(0)
    interest = Decimal(amount) * interest_bp * days / 300_000
    assert late.fine_cents == fine.quantize(Decimal(1), ROUND_HALF_UP)
    assert late.interest_cents == interest.quantize(Decimal(1), ROUND_HALF_UP)


@pytest.mark.parametrize("name", ["amount_cents", "fine_basis_points"])
def test_negative_rates_are_refused(name):
    facts = {"amount_cents": 1, "due_date": DUE, "paid_on": DUE, "fine_basis_points": 0}
    refused(name, recalculate, **(facts | {name: -1}))


def test_second_copy_prints_what_is_owed_on_the_day(make_template, make_slip, eyes):
    slip = make_slip(amount_cents=10_000)
    copy = second_copy(
        slip, paid_on=date(2026, 11, 25), fine_basis_points=200, interest_basis_points_month=100
    )
    assert copy.charges == SlipCharges(fine_interest_cents=250)
    assert copy.charged_cents == 10_250
    text = eyes.text_of(make_template().render(copy))
    assert text.count("2ª via: valor atualizado para pagamento em 25/11/2026") == 2
    assert text.count("102,50") == 2
    assert text.count("2,50") == 4
    assert copy.barcode == slip.barcode


def test_charges_stand_in_their_own_cells(make_template, make_slip, eyes):
    charges = SlipCharges(
        discount_cents=111,
        other_deductions_cents=222,
        fine_interest_cents=333,
        other_additions_cents=444,
    )
    text = eyes.text_of(make_template().render(make_slip(charges=charges, amount_cents=100_000)))
    for printed in ("1,11", "2,22", "3,33", "4,44", "1.004,44"):
        assert text.count(printed) == 2 + ("1.004,44".endswith(printed) and printed == "4,44") * 2


def test_everything_a_slip_must_say_is_there(make_template, make_slip, eyes):
    template = make_template(guarantor=SlipGuarantor(name="Avalista S.A.", tax_id="12345678000195"))
    text = eyes.text_of(template.render(make_slip()))
    for label in (
        "Local de pagamento", "Pagável preferencialmente em qualquer banco até o vencimento",
        "Vencimento", "Beneficiário", "Agência / Código do beneficiário", "Data do documento",
        "Nº do documento", "Espécie doc.", "Aceite", "Data do processamento", "Nosso número",
        "Uso do banco", "Carteira", "Quantidade", "(x) Valor", "(=) Valor do documento",
        "(-) Desconto / Abatimento", "(-) Outras deduções", "(+) Mora / Multa",
        "(+) Outros acréscimos", "(=) Valor cobrado", "Pagador", "Sacador/Avalista",
        "Autenticação mecânica", "FICHA DE COMPENSAÇÃO", "RECIBO DO PAGADOR", "341-7",
        "Avalista S.A. - CNPJ: 12.345.678/0001-95", "Multa de 2,00% após o vencimento.",
        "Não receber após 30 dias do vencimento.", "13010-000 Campinas - SP", "109/12345678-7",
    ):  # fmt: skip
        assert label in text, label


def test_messages_of_a_slip_keep_their_room_under_long_instructions(make_template, make_slip, eyes):
    template = make_template(instructions=tuple(f"Instrução número {i}." for i in range(20)))
    text = eyes.text_of(template.render(make_slip()))
    assert text.count("Juros de 1,00% ao mês.") == 2
    assert text.count("Instrução número 19.") == 1  # In the receipt, which has the room.
    assert "…" in text


def test_barcode_is_405_narrow_units_in_exact_proportions():
    path = bars("01" * 22).decode()
    at, dark = 0, []
    for move in path.split("\n"):
        for x, width in re.findall(r"(\d+) 0 (\d) 1 re", move):
            dark.append((at + int(x), int(width)))
        if "cm" in move:
            at += int(move.split()[-3])
    last, width = dark[-1]
    assert last + width == UNITS == 405
    # 0 in bars is NNWWN, 1 in spaces is WNNNW.
    edges = dark[2:8]
    widths = [w for _, w in edges[:5]]
    spaces = [b - (a + w) for (a, w), (b, _) in pairwise(edges)]
    assert widths == [1, 1, 3, 3, 1]
    assert spaces == [3, 1, 1, 1, 3]
