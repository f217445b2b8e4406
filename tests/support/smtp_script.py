"""The script of an SMTP server that misbehaves: which answer at which stage, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal[
    "connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "rset", "quit"
]


@dataclass(slots=True, kw_only=True)
class Answer:
    """What the server does at a stage, instead of the usual."""

    #: Text of the reply, without the line end; several lines by LF; as it is when it has CRLF;
    #: None = no reply at all.
    reply: str | None = None
    #: Wait before the reply; `math.inf` = for ever.
    delay_s: float = 0
    #: At the stage "dot": whether the message goes to the log. None = when the reply is 2xx.
    accept: bool | None = None
    then: Literal["stay", "close", "reset"] = "stay"


@dataclass(slots=True, kw_only=True)
class Rule:
    """When to give which answer. The first rule that fits is used."""

    stage: Stage
    answer: Answer
    #: Let this many fit before it is used, then use it so many times (None = for ever).
    skip: int = 0
    times: int | None = None
    #: Fits only when this is in the command line, or at "dot" in the message.
    containing: bytes = b""
    #: At the stage "body": as soon as so many bytes of the content have arrived.
    after_bytes: int = 0
