"""Mail by SMTP: a bounded pool of lasting connections, which deliveries take in turns.

Promises of the two halves, and the test of each in tests/unit/infra/mailer/test_smtp*.py:
  - a mail is SENT only when the server has said so after its final dot;
  - at most one mail per connection can be UNCERTAIN when that connection dies;
  - a mail whose dot was never written is offered again on another connection, or DEFERRED;
  - a server that is down, or that lets nobody in, fails no mail and is not hammered;
  - what the server says of our account or quota ends the delivery, and fails no mail.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence

from cobranca.infra.mailer.smtp_config import Encryption, SmtpConfig
from cobranca.infra.mailer.smtp_delivery import SmtpDelivery
from cobranca.infra.mailer.smtp_open import open_session
from cobranca.infra.mailer.smtp_session import SmtpSession
from cobranca.infra.mailer.transport import Envelope, Ledger


class SmtpTransport:
    """Delivers by SMTP. Give one to a whole process: its pool is the bound on connections."""

    idempotent = False
    reaches_people = True

    def __init__(self, config: SmtpConfig) -> None:
        """Prepare; the first connection is opened by the first mail."""
        self.config = config
        self._tls = None if config.encryption is Encryption.NONE else _tls_context(config.ca_file)
        #: What bounds the connections of all deliveries together.
        self.slots = asyncio.Semaphore(config.connections)
        self._idle: list[SmtpSession] = []

    async def deliver(self, envelopes: Sequence[Envelope], ledger: Ledger, *, key: str) -> None:
        """Deliver the mails over as many connections as the pool has.

        When the ledger raises, the chunks under way are finished and settled, no other is begun,
        and the first error is raised. When cancelled, the chunks under way have `grace_s` to end
        and be settled; then the connections are cut, and what was under way stands as the caller
        has committed it.
        """
        del key
        await SmtpDelivery(self, envelopes, ledger).run()

    async def aclose(self) -> None:
        """Say goodbye on the idle connections."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(session.quit() for session in idle))

    async def take_session(self) -> SmtpSession:
        """Return an idle connection that is still there, or a new one.

        Raises:
            ConnectionLostError, SessionRefusedError: see `open_session`.
        """
        now_s = asyncio.get_running_loop().time()
        while self._idle:
            session = self._idle.pop()
            if session.wire.lost or not session.wire.quiet:
                session.wire.abort()
            elif now_s - session.idle_since_s > self.config.idle_s:
                await session.quit()
            else:
                return session
        return await open_session(self.config, self._tls)

    def give_back(self, session: SmtpSession) -> None:
        """Keep a connection for the next chunk, if it is still good for one."""
        if session.wire.lost:
            return
        session.idle_since_s = asyncio.get_running_loop().time()
        self._idle.append(session)


def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Return a context that verifies certificate and host name, from TLS 1.2 on."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
