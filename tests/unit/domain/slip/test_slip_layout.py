"""Each text stands where a cashier looks for it; places are millimetres from the lower left."""

from __future__ import annotations

import pytest

from cobranca.domain.boleto import BANKS
from cobranca.domain.slip import SlipBeneficiary, SlipCharges, SlipGuarantor
from cobranca.domain.text_format import format_amount

FORM_RIGHT = 202.0
VALUE_END = FORM_RIGHT - 0.8
CUT = 109.0


def ends(eyes, pdf, text):
    """Give where the text ends in the form, and in the receipt."""
    found = eyes.places(pdf, text)
    form = [place for place in found if place[1] < CUT]
    receipt = [place for place in found if place[1] > CUT]
    return form, receipt


def test_values_of_the_right_hand_column_end_at_its_side(make_template, make_slip, eyes):
    pdf = make_template().render(make_slip())
    for value in ("10/11/2026", "0057 / 12345-7", "109/12345678-7", "1.234,56"):
        form, _ = ends(eyes, pdf, value)
        assert max(x for x, _ in form) == pytest.approx(VALUE_END, abs=0.4), value
    form, receipt = ends(eyes, pdf, make_slip().digitable_line[33:])
    assert form[0][0] == pytest.approx(FORM_RIGHT, abs=0.4)
    assert receipt[0][0] == pytest.approx(FORM_RIGHT, abs=0.4)


@pytest.mark.parametrize(
    ("label", "field", "printed"),
    [
        ("(-) Desconto / Abatimento", "discount_cents", "1,11"),
        ("(-) Outras deduções", "other_deductions_cents", "2,22"),
        ("(+) Mora / Multa", "fine_interest_cents", "3,33"),
        ("(+) Outros acréscimos", "other_additions_cents", "4,44"),
    ],
)
def test_each_charge_stands_below_its_own_label(
    make_template, make_slip, eyes, label, field, printed
):
    cents = int(printed.replace(",", ""))
    slip = make_slip(amount_cents=500_055, charges=SlipCharges(**{field: cents}))
    pdf = make_template().render(slip)
    (label_form,), (label_receipt,) = ends(eyes, pdf, label)
    (value_form,), (value_receipt,) = ends(eyes, pdf, printed)
    assert 1 < label_form[1] - value_form[1] < 4
    assert value_form[0] == pytest.approx(VALUE_END, abs=0.4)
    assert 1 < label_receipt[1] - value_receipt[1] < 5
    assert -1 < value_receipt[0] - label_receipt[0] < 25
    (total_label,), _ = ends(eyes, pdf, "(=) Valor cobrado")
    (total,), _ = ends(eyes, pdf, format_amount(slip.charged_cents))
    assert 1 < total_label[1] - total[1] < 4


def test_messages_move_nothing_else(make_template, make_slip, eyes):
    template = make_template()
    places = [
        eyes.places(template.render(make_slip(messages=messages)), "10/11/2026")
        for messages in ((), ("um",), ("um", "dois", "três"), tuple("abcdefghijkl"))
    ]
    assert len(places[0]) == 2
    assert all(place == places[0] for place in places)


def test_charges_move_nothing_else(make_template, make_slip, eyes):
    template = make_template()
    charges = SlipCharges(discount_cents=100, fine_interest_cents=5)
    with_charges, without = (
        eyes.places(template.render(make_slip(charges=c)), "10/10/2026") for c in (charges, None)
    )
    for moved, still in zip(with_charges, without, strict=True):
        assert moved == pytest.approx(still, abs=0.05)


def test_too_many_messages_end_above_the_payer(make_template, make_slip, eyes):
    template = make_template(instructions=("Primeira.", "Segunda.", "Terceira."))
    pdf = template.render(make_slip(messages=tuple(f"Aviso {i:02d}" for i in range(30))))
    form, _ = ends(eyes, pdf, "Aviso")
    (payer, *_), _ = ends(eyes, pdf, "José Antônio")
    assert len(form) == 5
    assert min(y for _, y in form) > payer[1] + 3


def test_further_lines_of_an_address_join_the_second(make_template, make_slip, eyes):
    address = ("Rua Um, 1", "Bairro Dois", "01000-000 São Paulo - SP")
    text = eyes.text_of(make_template().render(make_slip(payer_address=address)))
    assert text.count("Bairro Dois - 01000-000 São Paulo - SP") == 2


def test_long_fixed_texts_stay_in_their_cells(make_template, make_slip, eyes):
    long = "Nome Muito Comprido de uma Empresa e Suas Filiais " * 8
    template = make_template(
        beneficiary=SlipBeneficiary(name=long, tax_id="12345678000195", address=long),
        guarantor=SlipGuarantor(name=long, tax_id="12345678901"),
        bank_name="Banco Cooperativo de Crédito e Investimento do Brasil S.A.",
        branch_account_text="1234 / 12345678901234567890123456789012345",
        wallet="COBRANÇA SIMPLES REGISTRADA",
        document_kind="DUPLICATA MERCANTIL",
        payment_place=long,
    )
    pdf = template.render(make_slip())
    split = FORM_RIGHT - 48
    cnpj = ends(eyes, pdf, "CNPJ: 12.345.678/0001-95")
    assert all(x < split for part in cnpj for x, _ in part)
    assert [len(part) for part in cnpj] == [1, 1]
    assert all(x < FORM_RIGHT for part in ends(eyes, pdf, "…") for x, _ in part)
    assert eyes.text_of(pdf).count("CPF: 123.456.789-01") == 4


@pytest.mark.parametrize("name", [bank.name for bank in BANKS.values()])
def test_no_bank_has_its_name_cut(make_template, make_slip, eyes, name):
    template = make_template(bank_name=name)
    assert eyes.text_of(template.render(make_slip())).count(name) == 2
    assert eyes.text_of(template.render_carne([make_slip()])).count(name) == 2
