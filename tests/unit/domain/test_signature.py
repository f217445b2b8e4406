"""Signatures of calls, against the worked examples of Standard Webhooks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cobranca.domain.signature import TOLERANCE_S, is_signed, sign
from cobranca.infra.return_settings import webhook_key
from tests.unit.domain.golden import GOLDEN

EXAMPLES = json.loads((GOLDEN / "webhook_signatures.json").read_text(encoding="utf-8"))


def asked(row: dict[str, Any], *, now_s: int = EXAMPLES["clock"]) -> bool:
    headers = row["headers"]
    return is_signed(
        [webhook_key(row["secret"])],
        call_id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        signatures=headers.get("webhook-signature", ""),
        body=row["body"].encode(),
        now_s=now_s,
    )


@pytest.mark.parametrize("row", EXAMPLES["signed"])
def test_signature_is_the_example_s(row: dict[str, Any]) -> None:
    headers = row["headers"]
    made = sign(
        webhook_key(row["secret"]),
        call_id=headers["webhook-id"],
        timestamp=int(headers["webhook-timestamp"]),
        body=row["body"].encode(),
    )
    assert made == headers["webhook-signature"]
    assert asked(row)


@pytest.mark.parametrize("row", EXAMPLES["verify"], ids=lambda row: row["why"])
def test_call_is_judged_as_the_example_says(row: dict[str, Any]) -> None:
    assert asked(row) == (row["expect"] == "accept")


def test_call_of_another_time_is_refused() -> None:
    row = EXAMPLES["signed"][0]
    at = int(row["headers"]["webhook-timestamp"])
    assert asked(row, now_s=at + TOLERANCE_S)
    assert asked(row, now_s=at - TOLERANCE_S)
    assert not asked(row, now_s=at + TOLERANCE_S + 1)
    assert not asked(row, now_s=at - TOLERANCE_S - 1)


def test_second_key_counts_while_a_secret_is_changed() -> None:
    row = EXAMPLES["signed"][0]
    headers = row["headers"]
    assert is_signed(
        [b"x" * 24, webhook_key(row["secret"])],
        call_id=headers["webhook-id"],
        timestamp=headers["webhook-timestamp"],
        signatures=headers["webhook-signature"],
        body=row["body"].encode(),
        now_s=EXAMPLES["clock"],
    )


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!", "whsec_YWJj", "AAECAwQFBgcICQoLDA0O"])
def test_what_is_no_secret_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="must be") as caught:
        webhook_key(secret)
    assert not secret.strip("whsec_") or secret not in str(caught.value)
