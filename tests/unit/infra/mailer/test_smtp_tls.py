"""Encryption and logging in."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest

from cobranca.domain.mail_reply import Category, State
from tests.support.smtp_sink import Answer, Rule, SmtpSink
from tests.unit.infra.mailer.smtp_fixtures import deliver, envelopes, states, transport_to

USER = "aurora:p%40ss@"
CREDENTIALS = ("aurora", "p@ss")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for 127.0.0.1, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(path), "-out", str(path.with_suffix(".crt")), "-days", "2"]
    subprocess.run(["openssl", "req", *kind, *files, *subject], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_starttls_then_password(certificate: Path, server_tls: ssl.SSLContext) -> None:
    async with SmtpSink(tls=server_tls, credentials=CREDENTIALS, keep=True) as sink:
        query = f"?starttls=require&ca_file={certificate}"
        transport = transport_to(sink, query=query, user=USER, connections=2, chunk_mails=3)
        outcomes = await deliver(transport, envelopes(12))
        await transport.aclose()
    assert states(outcomes) == [State.SENT] * 12
    verbs = [line.split()[0] for line in sink.commands]
    assert verbs.index(b"STARTTLS") < verbs.index(b"AUTH") < verbs.index(b"MAIL")


async def test_implicit_tls(certificate: Path, server_tls: ssl.SSLContext) -> None:
    async with SmtpSink(tls=server_tls, implicit_tls=True, credentials=CREDENTIALS) as sink:
        transport = transport_to(sink, scheme="smtps", query=f"?ca_file={certificate}", user=USER)
        outcomes = await deliver(transport, envelopes(3))
        await transport.aclose()
    assert states(outcomes) == [State.SENT] * 3


@pytest.mark.parametrize("implicit", [True, False])
async def test_certificate_that_is_not_trusted_sends_nothing(
    server_tls: ssl.SSLContext, implicit: bool
) -> None:
    async with SmtpSink(tls=server_tls, implicit_tls=implicit) as sink:
        transport = transport_to(sink, scheme="smtps" if implicit else "smtp")
        outcomes = await deliver(transport, envelopes(3))
        await transport.aclose()
        assert sink.accepted == 0
    assert states(outcomes) == [State.DEFERRED] * 3
    assert {outcome.category for outcome in outcomes} == {Category.CONFIGURATION}
    assert "certificate" in outcomes[0].detail


async def test_required_starttls_that_is_not_offered_sends_nothing() -> None:
    async with SmtpSink(keep=True) as sink:
        transport = transport_to(sink, query="?starttls=require")
        outcomes = await deliver(transport, envelopes(3))
        await transport.aclose()
        assert sink.accepted == 0
    assert states(outcomes) == [State.DEFERRED] * 3
    assert {outcome.category for outcome in outcomes} == {Category.CONFIGURATION}


async def test_words_slipped_in_before_the_handshake_are_not_believed(
    certificate: Path, server_tls: ssl.SSLContext
) -> None:
    slipped = "220 2.0.0 go ahead\r\n250 injected"
    rules = [Rule(stage="starttls", answer=Answer(reply=slipped))]
    async with SmtpSink(tls=server_tls, rules=rules) as sink:
        transport = transport_to(sink, query=f"?starttls=true&ca_file={certificate}")
        outcomes = await deliver(transport, envelopes(1))
        await transport.aclose()
        assert sink.accepted == 0
    assert states(outcomes) == [State.DEFERRED]
    assert "before the handshake" in outcomes[0].detail


async def test_password_is_not_sent_without_tls() -> None:
    async with SmtpSink(credentials=CREDENTIALS, keep=True) as sink:
        transport = transport_to(sink, query="?starttls=true", user=USER)
        outcomes = await deliver(transport, envelopes(2))
        await transport.aclose()
    assert states(outcomes) == [State.DEFERRED] * 2
    assert not any(line.startswith(b"AUTH") for line in sink.commands)


async def test_password_goes_in_the_clear_only_when_that_is_asked_for() -> None:
    async with SmtpSink(credentials=CREDENTIALS) as sink:
        transport = transport_to(sink, query="?starttls=false", user=USER)
        outcomes = await deliver(transport, envelopes(2))
        await transport.aclose()
    assert states(outcomes) == [State.SENT] * 2


async def test_wrong_password_fails_no_mail_and_is_tried_once() -> None:
    async with SmtpSink(credentials=CREDENTIALS, keep=True) as sink:
        transport = transport_to(sink, query="?starttls=false", user="aurora:wrong@", chunk_mails=2)
        outcomes = await deliver(transport, envelopes(20))
        await transport.aclose()
    assert states(outcomes) == [State.DEFERRED] * 20
    assert {outcome.category for outcome in outcomes} == {Category.CONFIGURATION}
    assert sum(line.startswith(b"AUTH") for line in sink.commands) == 1


async def test_login_mechanism() -> None:
    offers = Answer(reply="250-sink\n250 AUTH LOGIN")
    rules = [Rule(stage="ehlo", answer=offers)]
    async with SmtpSink(credentials=CREDENTIALS, rules=rules) as sink:
        transport = transport_to(sink, query="?starttls=false", user=USER)
        outcomes = await deliver(transport, envelopes(2))
        await transport.aclose()
    assert states(outcomes) == [State.SENT] * 2


async def test_server_of_before_ehlo_is_spoken_to() -> None:
    rules = [Rule(stage="ehlo", answer=Answer(reply="500 what?"), containing=b"EHLO")]
    async with SmtpSink(rules=rules) as sink:
        transport = transport_to(sink)
        outcomes = await deliver(transport, envelopes(2))
        await transport.aclose()
    assert states(outcomes) == [State.SENT] * 2
