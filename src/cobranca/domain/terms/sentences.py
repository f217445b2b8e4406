"""Terms in Portuguese, to the cent, for slip and mail alike."""

from __future__ import annotations

from collections.abc import Iterator

from cobranca.domain.terms.terms import Terms, discount_cents
from cobranca.domain.text_format import format_brl, format_date


def sentences_of(terms: Terms, amount_cents: int) -> tuple[str, ...]:
    """Say the terms of a billing, those first that concern who pays in time.

    Args:
        terms: what holds for it.
        amount_cents: its face value.
    """
    return tuple(_sentences(terms, amount_cents))


def _sentences(terms: Terms, amount_cents: int) -> Iterator[str]:
    if terms.rebate_cents:
        left = format_brl(amount_cents - terms.rebate_cents)
        yield f"Abatimento de {format_brl(terms.rebate_cents)}: cobrar {left}."
    if terms.discounts:
        parts = [
            f"de {format_brl(discount_cents(each.portion, amount_cents))}"
            f" até {format_date(each.until)}"
            for each in terms.discounts
        ]
        yield f"Desconto {_listed(parts)}."
    late = [*_fine(terms, amount_cents), *_interest(terms, amount_cents)]
    if late:
        yield f"Após o vencimento, {_listed(late)}."
    if terms.payment_limit is not None:
        yield f"Não receber após {format_date(terms.payment_limit)}."
    if terms.protest_days:
        yield f"Sujeito a protesto {_days(terms.protest_days)} após o vencimento."
    if terms.write_off_days:
        yield f"Será baixado {_days(terms.write_off_days)} após o vencimento, se não for pago."


def _fine(terms: Terms, amount_cents: int) -> Iterator[str]:
    if terms.fine:
        cents = terms.fine_cents(amount_cents)
        yield f"multa de {format_brl(cents) if cents else _percent(terms.fine.basis_points)}"


def _interest(terms: Terms, amount_cents: int) -> Iterator[str]:
    if not terms.interest:
        return
    cents = terms.interest_daily_cents(amount_cents)
    if cents:
        yield f"juros de {format_brl(cents)} ao dia"
    else:  # Less than a cent: the month's share says what is owed.
        yield f"juros de {_percent(terms.interest.basis_points)} ao mês"


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole},{rest:02d}%".replace(",00%", "%")


def _listed(parts: list[str]) -> str:
    return " e ".join((", ".join(parts[:-1]), parts[-1]) if len(parts) > 1 else parts)


def _days(count: int) -> str:
    return "1 dia" if count == 1 else f"{count} dias"
