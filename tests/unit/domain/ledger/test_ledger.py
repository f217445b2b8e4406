"""Balances and statuses: the scenarios, and that order and repetition have no influence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.billing import BillingStatus
from cobranca.domain.ledger import (
    CONFIRMED_DAYS_MAX,
    Facts,
    LedgerAccount,
    Reversal,
    Teller,
    Telling,
    balances_of,
    entries_of,
    payments_of,
    status_of,
    totals_of,
)
from tests.unit.domain.golden import GOLDEN

SCENARIOS = json.loads((GOLDEN / "ledger_scenarios.json").read_text(encoding="utf-8"))["scenarios"]
TELLERS = {"retorno": Teller.BANK, "webhook": Teller.WEBHOOK, "manual": Teller.PERSON}
BEGIN = datetime(2026, 8, 1, tzinfo=UTC)
DAY = date(2026, 8, 10)


def facts_of(scenario: dict[str, Any]) -> Facts:
    """Make facts of a scenario's events, a second apart."""
    tellings, reversals, removed_at = [], [], None
    for second, event in enumerate(scenario["events"]):
        at = BEGIN + timedelta(seconds=second)
        if event["do"] == "remove":
            removed_at = at
        elif event["do"] == "reverse":
            on = date.fromisoformat(event["day"])
            reversals.append(Reversal(key=event["key"], on=on, amount_cents=event["amount"]))
        else:
            tellings.append(
                Telling(
                    key=event["key"],
                    teller=TELLERS[event["source"]],
                    paid_on=date.fromisoformat(event["day"]),
                    paid_cents=event["paid"],
                    told_at=at,
                    extra_cents=event.get("interest", 0) + event.get("other", 0),
                    deducted_cents=event.get("discount", 0) + event.get("rebate", 0),
                    net_cents=event.get("net"),
                )
            )
    return Facts(
        title_cents=scenario["title_cents"],
        tellings=tuple(tellings),
        reversals=tuple(reversals),
        removed_at=removed_at,
    )


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s["name"])
def test_scenario(scenario: dict[str, Any]) -> None:
    facts = facts_of(scenario)
    assert balances_of(facts) == scenario["expect"]["balances"]
    status = status_of(facts, (), BillingStatus.SENT)
    assert status == scenario["expect"]["status"]
    assert list(payments_of(facts.tellings, facts.reversals).without_payment) == []


def telling(key: str, teller: Teller, day: int = 0, paid: int = 100, **more: Any) -> Telling:
    at = BEGIN + timedelta(days=day)
    return Telling(
        key=key, teller=teller, paid_on=DAY + timedelta(days=day), paid_cents=paid, told_at=at,
        **more,
    )  # fmt: skip


def test_tellings_further_apart_are_two_payments() -> None:
    near = telling("b", Teller.WEBHOOK, CONFIRMED_DAYS_MAX)
    far = telling("b", Teller.WEBHOOK, CONFIRMED_DAYS_MAX + 1)
    first = telling("a", Teller.BANK)
    assert len(payments_of([first, near], []).all) == 1
    assert len(payments_of([first, far], []).all) == 2


def test_same_teller_twice_is_two_payments() -> None:
    told = [telling("a", Teller.WEBHOOK), telling("b", Teller.WEBHOOK)]
    assert len(payments_of(told, []).all) == 2


def test_nearest_day_is_confirmed() -> None:
    told = [
        telling("a", Teller.WEBHOOK, 0),
        telling("b", Teller.WEBHOOK, 3),
        telling("c", Teller.BANK, 2),
    ]
    joined = next(p for p in payments_of(told, []).all if len(p.tellings) == 2)
    assert {t.key for t in joined.tellings} == {"b", "c"}


def test_three_tellers_of_one_payment_count_once() -> None:
    told = [telling(str(teller), teller, int(teller) - 1) for teller in Teller]
    assert [len(p.tellings) for p in payments_of(told, []).all] == [3]


def test_bank_word_counts_before_others() -> None:
    told = [
        telling("w", Teller.WEBHOOK, paid=10_207),
        telling("f", Teller.BANK, paid=10_207, extra_cents=207, net_cents=10_000),
    ]
    assert totals_of(Facts(title_cents=10_000, tellings=tuple(told))).overpaid == 0


def test_reversal_without_payment_is_told() -> None:
    reversal = Reversal(key="r", on=DAY, amount_cents=99)
    found = payments_of([telling("a", Teller.BANK)], [reversal])
    assert found.without_payment == ("r",)
    assert len(found.standing) == 1


def test_reversal_never_takes_back_what_was_paid_after_it() -> None:
    """A cheque was announced and came back; then the payer paid by other means."""
    paid = telling("a", Teller.BANK)
    for days, stands in ((-9, True), (-1, True), (0, False), (9, False)):
        reversal = Reversal(key="r", on=DAY + timedelta(days=days), amount_cents=100)
        found = payments_of([paid], [reversal])
        assert (found.standing != (), found.without_payment == ("r",)) == (stands, stands)
    named = Reversal(key="r", on=DAY - timedelta(days=9), amount_cents=100, of="a")
    assert payments_of([paid], [named]).standing == ()


def test_reversal_takes_back_the_payment_it_names() -> None:
    told = [telling("a", Teller.PERSON, 0), telling("b", Teller.PERSON, 1)]
    reversal = Reversal(key="r", on=DAY + timedelta(days=5), amount_cents=100, of="a")
    (standing,) = payments_of(told, [reversal]).standing
    assert standing.tellings[0].key == "b"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({BillingStatus.REGISTERED}, BillingStatus.REGISTERED),
        ({BillingStatus.REGISTERED, BillingStatus.WRITTEN_OFF}, BillingStatus.WRITTEN_OFF),
        ({BillingStatus.PROTESTED, BillingStatus.WRITTEN_OFF}, BillingStatus.PROTESTED),
        ({BillingStatus.REGISTRATION_REJECTED}, BillingStatus.REGISTRATION_REJECTED),
    ],
)
def test_bank_word_is_the_status_while_nothing_is_paid(
    said: set[BillingStatus], status: BillingStatus
) -> None:
    assert status_of(Facts(title_cents=100), said, BillingStatus.SENT) is status
    paid = Facts(title_cents=100, tellings=(telling("a", Teller.BANK),))
    assert status_of(paid, said, BillingStatus.SENT) is BillingStatus.PAID


_TELLINGS = st.builds(
    Telling,
    key=st.sampled_from("abcdefgh"),
    teller=st.sampled_from(Teller),
    paid_on=st.integers(0, 9).map(lambda days: DAY + timedelta(days=days)),
    paid_cents=st.sampled_from([1, 50, 100, 107, 150]),
    told_at=st.integers(0, 9).map(lambda days: BEGIN + timedelta(days=days)),
    extra_cents=st.sampled_from([0, 7, 200]),
    deducted_cents=st.sampled_from([0, 50, 200]),
    net_cents=st.sampled_from([None, 0, 49, 100]),
)
_REVERSALS = st.builds(
    Reversal,
    key=st.sampled_from("pqrs"),
    on=st.integers(0, 12).map(lambda days: DAY + timedelta(days=days)),
    amount_cents=st.sampled_from([1, 50, 100, 107, 150]),
    of=st.sampled_from([None, "a", "b"]),
)
_FACTS = st.builds(
    Facts,
    title_cents=st.sampled_from([1, 100, 150, 1000]),
    tellings=st.lists(_TELLINGS, max_size=8, unique_by=lambda t: t.key).map(tuple),
    reversals=st.lists(_REVERSALS, max_size=4, unique_by=lambda r: r.key).map(tuple),
    removed_at=st.none() | st.integers(0, 9).map(lambda days: BEGIN + timedelta(days=days)),
)


@given(facts=_FACTS, data=st.data())
def test_order_and_repetition_have_no_influence(facts: Facts, data: st.DataObject) -> None:
    told = [*facts.tellings, *facts.tellings]
    reversals = [*facts.reversals, *facts.reversals]
    other = Facts(
        title_cents=facts.title_cents,
        tellings=tuple(data.draw(st.permutations(told))),
        reversals=tuple(data.draw(st.permutations(reversals))),
        removed_at=facts.removed_at,
    )
    assert balances_of(other) == balances_of(facts)
    sent = BillingStatus.SENT
    assert status_of(other, (), sent) == status_of(facts, (), sent)


@given(facts=_FACTS)
def test_invariants(facts: Facts) -> None:
    totals = totals_of(facts)
    balances = balances_of(facts)
    assert sum(balances.values()) == 0
    assert totals.receivable >= 0 <= totals.overpaid
    assert not (totals.receivable and totals.overpaid)
    standing = payments_of(facts.tellings, facts.reversals).standing
    paid = sum(payment.paid_cents for payment in standing)
    told = (LedgerAccount.CLEARING, LedgerAccount.CASH, LedgerAccount.FEES)
    assert sum(balances.get(account, 0) for account in told) == paid
    assert totals.title - totals.receivable == (
        paid + totals.deducted - totals.extra - totals.overpaid
    )


@given(facts=_FACTS)
def test_entries_of_every_event_sum_to_zero_and_add_up(facts: Facts) -> None:
    posted: dict[LedgerAccount, int] = {}
    before: dict[LedgerAccount, int] = {}
    for count in range(len(facts.tellings) + 1):
        so_far = Facts(title_cents=facts.title_cents, tellings=facts.tellings[:count])
        after = balances_of(so_far)
        entries = entries_of(before, after)
        assert sum(entries.values()) == 0
        for account, cents in entries.items():
            posted[account] = posted.get(account, 0) + cents
        before = after
    assert {account: cents for account, cents in posted.items() if cents} == before
