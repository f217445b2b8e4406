"""What SMTP_URL says, checked, and the waits and bounds of the SMTP transport."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from cobranca.domain.characters import refuse_controls
from cobranca.domain.email_address import ascii_address
from cobranca.domain.errors import InvalidField

CHUNK_MAILS = 20

_PORTS = {"smtp": 25, "smtps": 465}
_PARAMETERS = frozenset({"starttls", "mail_from", "helo", "ca_file"})


class Encryption(StrEnum):
    """How the connection is encrypted. Certificates are verified in all but NONE."""

    #: TLS from the first byte (smtps://).
    IMPLICIT = "implicit"
    #: STARTTLS, or no mail (starttls=require).
    REQUIRED = "require"
    #: STARTTLS when the server offers it (starttls=true).
    OFFERED = "true"
    #: Never (starttls=false): for a relay on this machine or in a trusted network.
    NONE = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait for each answer, in seconds; RFC 5321 section 4.5.3.2 where it has one."""

    connect_s: float = 30
    greeting_s: float = 300
    #: EHLO, STARTTLS, AUTH and RSET.
    session_s: float = 120
    mail_s: float = 300
    rcpt_s: float = 300
    data_s: float = 120
    #: For the whole content of a large message to leave.
    content_s: float = 180
    #: The final dot. Short waits here make UNCERTAIN of mails that were only slow.
    dot_s: float = 600
    quit_s: float = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConfig:
    """Where and how mails are handed to a server."""

    host: str
    port: int
    encryption: Encryption
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    #: Where bounces go; None = the sender of each mail.
    mail_from: str | None = None
    #: What EHLO says; None = this end's address as a literal.
    helo: str | None = None
    #: Certificates to trust instead of the system's.
    ca_file: str | None = None
    timeouts: Timeouts = Timeouts()
    connections: int = 4
    #: Mails committed as SENDING together. One per connection can be in doubt; a chunk is what
    #: stands as SENDING when the process dies.
    chunk_mails: int = CHUNK_MAILS
    #: The field by which the provider knows a mail that it has had already.
    idempotency_header: str | None = None
    #: Connections in a row without one answer to a mail, after which a delivery gives up.
    failures_max: int = 3
    backoff_s: float = 0.5
    backoff_max_s: float = 15
    #: How long chunks under way may take to end when a delivery is cancelled.
    grace_s: float = 10
    #: A connection unused for longer is closed; many servers close after five minutes.
    idle_s: float = 60

    @classmethod
    def from_url(cls, url: str) -> SmtpConfig:
        """Read `smtp://user:password@host:587?starttls=require&mail_from=bounces@host`.

        Without `starttls`, a URL with a password requires STARTTLS, and one without uses it when
        it is offered.

        Raises:
            InvalidField: the URL is not one of these. The detail never repeats it.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise InvalidField("SMTP_URL", "is not a URL") from error
        if parts.scheme not in _PORTS or not parts.hostname or parts.path not in {"", "/"}:
            raise InvalidField("SMTP_URL", "must be smtp://host:port or smtps://host:port")
        parameters = _parameters(parts.query)
        username = unquote(parts.username) if parts.username else None
        return cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            encryption=_encryption(parts.scheme, parameters.get("starttls"), username),
            username=username,
            password=unquote(parts.password or "") if username else None,
            mail_from=parameters.get("mail_from"),
            helo=parameters.get("helo"),
            ca_file=parameters.get("ca_file"),
        )


def _parameters(query: str) -> dict[str, str]:
    parameters = {name: values[-1] for name, values in parse_qs(query).items()}
    unknown = sorted(parameters.keys() - _PARAMETERS)
    if unknown:
        known = ", ".join(sorted(_PARAMETERS))
        raise InvalidField("SMTP_URL", f"has a parameter that is none of {known}")
    for value in parameters.values():
        refuse_controls("SMTP_URL", value)
    if "mail_from" in parameters:
        parameters["mail_from"] = ascii_address("SMTP_URL", parameters["mail_from"])
    if " " in parameters.get("helo", ""):
        raise InvalidField("SMTP_URL", "has a helo that is not a host name")
    return parameters


def _encryption(scheme: str, starttls: str | None, username: str | None) -> Encryption:
    if scheme == "smtps":
        return Encryption.IMPLICIT
    if starttls is None:
        return Encryption.OFFERED if username is None else Encryption.REQUIRED
    if starttls not in {"true", "false", "require"}:
        raise InvalidField("SMTP_URL", "must have starttls=true, false or require")
    return Encryption(starttls)
