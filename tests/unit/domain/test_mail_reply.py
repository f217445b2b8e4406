"""What servers' answers mean: a table of cases seen in RFCs and in the field."""

from __future__ import annotations

import pytest

from cobranca.domain.mail_reply import Category, State, classify

S, C = State, Category

CASES: list[tuple[int, str | None, str, State, Category]] = [
    (250, None, "ok", S.SENT, C.NONE),
    (250, "2.0.0", "queued as 4F1", S.SENT, C.NONE),
    (251, "2.1.5", "will forward", S.SENT, C.NONE),
    (252, None, "cannot verify", S.SENT, C.NONE),
    (421, None, "closing", S.DEFERRED, C.TEMPORARY),
    (421, "4.3.2", "shutting down", S.DEFERRED, C.TEMPORARY),
    (421, "4.7.0", "too many connections from your IP", S.DEFERRED, C.RATE),
    (421, "4.7.28", "unusual rate of mail", S.DEFERRED, C.RATE),
    (432, "4.7.12", "password transition", S.DEFERRED, C.POLICY),
    (450, None, "mailbox busy", S.DEFERRED, C.MAILBOX_UNAVAILABLE),
    (450, "4.2.0", "Greylisted, see http://x", S.DEFERRED, C.TEMPORARY),
    (450, "4.2.1", "receiving too fast", S.DEFERRED, C.MAILBOX_UNAVAILABLE),
    (450, "4.1.1", "unverified recipient", S.DEFERRED, C.MAILBOX_UNAVAILABLE),
    (451, None, "local error", S.DEFERRED, C.TEMPORARY),
    (451, "4.7.1", "Greylisting in action", S.DEFERRED, C.TEMPORARY),
    (451, "4.7.1", "try later, policy", S.DEFERRED, C.POLICY),
    (451, "4.4.1", "no answer from host", S.DEFERRED, C.TEMPORARY),
    (452, None, "insufficient system storage", S.DEFERRED, C.TEMPORARY),
    (452, "4.2.2", "mailbox full", S.DEFERRED, C.MAILBOX_UNAVAILABLE),
    (452, "4.5.3", "too many recipients", S.DEFERRED, C.RATE),
    (452, "4.3.1", "insufficient system storage", S.DEFERRED, C.TEMPORARY),
    (454, "4.7.0", "TLS not available", S.DEFERRED, C.POLICY),
    (455, None, "parameters not accommodated", S.DEFERRED, C.MESSAGE),
    (499, None, "", S.DEFERRED, C.TEMPORARY),
    (500, None, "syntax error", S.FAILED, C.REFUSED),
    (501, "5.1.3", "bad address syntax", S.FAILED, C.MAILBOX_UNKNOWN),
    (501, "5.5.4", "invalid arguments", S.FAILED, C.REFUSED),
    (502, "5.5.1", "not implemented", S.FAILED, C.REFUSED),
    (503, "5.5.1", "bad sequence", S.FAILED, C.REFUSED),
    (504, None, "parameter not implemented", S.FAILED, C.REFUSED),
    (521, None, "does not accept mail", S.FAILED, C.MAILBOX_UNKNOWN),
    (523, None, "message too large for the recipient", S.FAILED, C.MESSAGE),
    (530, "5.7.0", "authentication required", S.DEFERRED, C.CONFIGURATION),
    (530, None, "authentication required", S.DEFERRED, C.CONFIGURATION),
    (534, "5.7.9", "mechanism too weak", S.DEFERRED, C.CONFIGURATION),
    (535, "5.7.8", "bad credentials", S.DEFERRED, C.CONFIGURATION),
    (538, "5.7.11", "encryption required", S.DEFERRED, C.CONFIGURATION),
    (541, None, "rejected", S.FAILED, C.POLICY),
    (550, None, "no such user here", S.FAILED, C.MAILBOX_UNKNOWN),
    (550, "5.1.1", "user unknown", S.FAILED, C.MAILBOX_UNKNOWN),
    (550, "5.1.2", "no such domain", S.FAILED, C.MAILBOX_UNKNOWN),
    (550, "5.1.10", "null MX", S.FAILED, C.MAILBOX_UNKNOWN),
    (550, "5.2.1", "mailbox disabled", S.FAILED, C.MAILBOX_UNKNOWN),
    (550, "5.4.1", "recipient address rejected: access denied", S.FAILED, C.TEMPORARY),
    (550, "5.7.1", "blocked using some dnsbl", S.FAILED, C.POLICY),
    (550, "5.7.1", "relay access denied", S.FAILED, C.POLICY),
    (550, "5.7.1", "no such user", S.FAILED, C.MAILBOX_UNKNOWN),
    (550, "5.7.26", "unauthenticated, DMARC", S.FAILED, C.POLICY),
    (550, None, "spam detected", S.FAILED, C.POLICY),
    (550, "5.1.8", "sender domain does not exist", S.DEFERRED, C.CONFIGURATION),
    (550, "5.1.7", "sender address invalid", S.DEFERRED, C.CONFIGURATION),
    (551, None, "user not local", S.FAILED, C.MAILBOX_UNKNOWN),
    (552, None, "exceeded storage allocation", S.FAILED, C.MAILBOX_UNAVAILABLE),
    (552, "5.2.2", "mailbox full", S.FAILED, C.MAILBOX_UNAVAILABLE),
    (552, "5.3.4", "message too big", S.FAILED, C.MESSAGE),
    (552, None, "message size exceeds fixed limit", S.FAILED, C.MESSAGE),
    (553, None, "mailbox name not allowed", S.FAILED, C.MAILBOX_UNKNOWN),
    (554, None, "transaction failed", S.FAILED, C.POLICY),
    (554, "5.7.1", "rejected by policy", S.FAILED, C.POLICY),
    (554, "5.6.0", "bad message", S.FAILED, C.MESSAGE),
    (555, None, "parameters not recognised", S.FAILED, C.MESSAGE),
    (556, None, "domain does not accept mail", S.FAILED, C.MAILBOX_UNKNOWN),
    (599, None, "", S.FAILED, C.REFUSED),
    (550, "4.7.1", "class does not fit", S.FAILED, C.MAILBOX_UNKNOWN),
    (354, None, "out of place", S.UNCERTAIN, C.NONE),
    (199, None, "", S.UNCERTAIN, C.NONE),
    (0, None, "", S.UNCERTAIN, C.NONE),
    (600, None, "", S.UNCERTAIN, C.NONE),
]


@pytest.mark.parametrize(("code", "enhanced", "text", "state", "category"), CASES)
def test_answer_means(
    code: int, enhanced: str | None, text: str, state: State, category: Category
) -> None:
    meaning = classify(code, enhanced, text)
    assert (meaning.state, meaning.category) == (state, category)


@pytest.mark.parametrize("code", range(200, 300))
def test_only_2xx_is_sent(code: int) -> None:
    assert classify(code).state is State.SENT


@pytest.mark.parametrize("code", range(400, 500))
def test_4xx_is_never_final(code: int) -> None:
    for enhanced in (None, "4.1.1", "4.7.1", "5.1.1"):
        assert classify(code, enhanced, "user unknown").state is State.DEFERRED


def test_only_configuration_keeps_a_5xx_from_failing() -> None:
    for code in range(500, 600):
        for enhanced in (None, "5.1.1", "5.1.8", "5.7.8", "5.7.1", "5.99.99"):
            meaning = classify(code, enhanced)
            deferred = meaning.state is State.DEFERRED
            assert deferred == (meaning.category is Category.CONFIGURATION)
