"""Reads what came back without a delivery status: a text that a mail server, or a person, wrote.

It must be told from an absence notice and from a person's letter. What speaks of a failed delivery
is never taken for a mere automatic answer; in doubt it is kept for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cobranca.domain.mail_words import simplify

if TYPE_CHECKING:
    from cobranca.notifications.mime_parts import Part

#: Of the server's own words; what matters stands at their beginning.
WORDS_MAX = 500
SAID_MAX = 8000


class Sense(StrEnum):
    """What a text says."""

    FAILED = "FAILED"
    DELAYED = "DELAYED"
    AUTOMATIC = "AUTOMATIC"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a text says, and the words in which a server gave its reason."""

    sense: Sense
    words: str = ""


_DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail ?delivery|mdaemon|mail administrator|microsoftexchange"
    r"|sistema de (?:correio|email)|mail system"
)
_ABSENT = re.compile(
    r"out of (?:the )?office|auto(?:matic)?[ -]?(?:reply|response)|resposta autom|ferias"
    r"|ausencia|ausente|respuesta autom|abwesen|\babsen[ct]e?\b|auto-?repon|reponse autom"
    r"|autorespon|fora do escritorio|vacation|automatische antwort|em licenca"
)
_DELAYED = re.compile(
    r"delayed|delivery delay|warning message|will (?:be retried|retry)|still (?:being )?try"
    r"|not yet been delivered|keep trying|continue to try|delivery attempts will continue"
    r"|atrasad|adiad|continuar.{0,10} tentando|ainda nao foi entregue|tentar.{0,20} novamente"
    r"|verzogert|retard|aplazad|retrasad"
)
_LASTING = re.compile(
    r"permanent(?:ly)?\b|gave up|given up|giving up|no (?:further|more) (?:delivery )?attempts"
    r"|retry time(?:out)? exceeded|definitiv|permanente|nao (?:sera|vamos) (?:mais )?tenta"
)
_UNDELIVERED = re.compile(
    r"undeliver|(?:not|n't|unable to|cannot|could not|failed to) (?:be )?(?:\w+ )?deliver"
    r"|deliver(?:y|ing)? (?:[\w()]+ ){0,3}(?:fail|error)|(?:fail|error)\w* (?:\w+ ){0,5}deliver"
    r"|returned mail|failure notice|returned to sender|did not reach|deliver\w* .{0,60}aborted"
    r"|mail fail|mail system error|rejected your"
    r"|delivery (?:status )?notification ?[(:]? ?(?:fail|error)|was rejected by|unable to relay"
    r"|(?:nao|nunca) (?:foi |pode ser |pude |sera |podemos |conseguimos )?(?:possivel )?"
    r"(?:ser )?(?:entreg|envi)|falha (?:na|ao|de|no) (?:entreg|envi)|erro (?:na|ao|de|no) "
    r"(?:entreg|envi)|mensagem .{0,60}(?:falhou|devolvid|rejeitad|recusad|retornou)"
    r"|devolucao (?:de|do) (?:email|mensagem|correio)|nao entregue|email devolvido"
    r"|no se (?:ha podido|pudo) entregar|no (?:ha sido|fue|pudo ser) entregad"
    r"|nicht zugestellt|nicht zustell|unzustellbar|(?:pas|non) (?:pu etre |ete )?(?:remis|delivr)"
)
_RESENT = re.compile(r"^(?:re|res|aw|enc|fw|fwd)\s?:")
#: A reply or a status with which a server refuses; in a text, not in a number of something else.
_REFUSAL = re.compile(
    r"(?<![\w.:/-])(?:[45]\d\d[ -]|#?[45]\.\d{1,3}\.\d{1,3}(?![\w.]))|\bsmtp (?:error"
    r"|code) [45]\d\d"
)
#: What follows is our own mail, whose words are not the server's.
_COPY = re.compile(
    r"(?im)^(?:-+ ?(?:this is a copy|original|below|the following is|message header|returned)"
    r"|(?:message headers|original message) follow|return-path:|received: |message-id:"
    r"|delivered-to:"
    r"|cabe.{1,3}alhos? da mensagem|mensagem original|unsent message|included is a copy)"
)
#: A sentence that only guesses at a reason gives none.
_HEDGED = re.compile(
    r"\b(?:may|might|maybe|perhaps|possibly|possivelmente|e possivel que|pode (?:ser|ter|estar)"
    r"|talvez|if|caso|se (?:o|a|voce|for|houver|ess[ae]|est[ae]))\b"
)
_MARKS = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-ms-exchange-inbox-rules-loop")


def read_text(parts: list[Part], *, names_failed: bool) -> Said:
    """Tell what a message without a delivery status says.

    Args:
        parts: of the message, its own head first.
        names_failed: a field of the head names recipients that failed.
    """
    head, said = parts[0], server_words(parts)
    subject, folded = simplify(head.field("Subject"), 1000), simplify(said, SAID_MAX)
    daemon = _is_daemon(head)
    refusal = _REFUSAL.search(said)
    failed_subject = _UNDELIVERED.search(subject) is not None
    failed = failed_subject or _UNDELIVERED.search(folded) is not None
    if _is_automatic(head, subject) and not (names_failed or failed_subject):
        # A notice of absence may well say that something is not delivered; a server gives a code.
        return Said(sense=Sense.UNKNOWN if failed and refusal else Sense.AUTOMATIC)
    server = names_failed or daemon or (failed and refusal and not _RESENT.match(subject))
    if not server:
        answered = head.field("Auto-Submitted").lower().startswith("auto-replied")
        return Said(sense=Sense.AUTOMATIC if answered and not failed else Sense.UNKNOWN)
    return _judged(said, f"{subject}\n{folded}", refusal, sure=bool(names_failed or failed))


def quoted_reply(parts: list[Part]) -> str:
    """Return the refusal of a server that the text quotes, or an empty text."""
    said = server_words(parts)
    refusal = _REFUSAL.search(said)
    return _words(said, refusal) if refusal else ""


def server_words(parts: list[Part]) -> str:
    """Return the server's own words: the plain text, or else that of the HTML."""
    texts = [part.text for part in parts if part.kind.startswith("text/plain")]
    if not any(text.strip() for text in texts):
        texts = [part.text for part in parts if part.kind == "text/html"]
    return _COPY.split("\n".join(texts)[: 8 * SAID_MAX], maxsplit=1)[0][:SAID_MAX]


def _is_daemon(head: Part) -> bool:
    path = head.field("Return-Path").strip()
    return (
        path == "<>" or _DAEMON.search(simplify(f"{head.field('From')} {path}", 1000)) is not None
    )


def _is_automatic(head: Part, subject: str) -> bool:
    """Tell whether a program answered for a person, by the marks that such programs leave."""
    if _ABSENT.search(subject) or any(head.field(mark) for mark in _MARKS):
        return True
    return head.field("Precedence").lower() in {"auto_reply", "auto-reply"}


def _judged(said: str, folded: str, refusal: re.Match[str] | None, *, sure: bool) -> Said:
    lasting = refusal is not None and refusal[0].strip("#")[:1] == "5"
    if refusal is not None and not lasting:
        lasting = refusal[0].lower().startswith("smtp") and refusal[0].rstrip()[-3] == "5"
    for_good = _LASTING.search(folded) is not None
    if not (lasting or for_good) and (_DELAYED.search(folded) or (refusal and not sure)):
        return Said(sense=Sense.DELAYED, words=_words(said, refusal))
    if not (lasting or sure):
        return Said(sense=Sense.UNKNOWN)
    return Said(sense=Sense.FAILED, words=_words(said, refusal))


def _words(said: str, refusal: re.Match[str] | None) -> str:
    """Return the reason: from the code on, else every sentence that does not merely guess."""
    if refusal is not None:
        line = said.rfind("\n", 0, refusal.start()) + 1
        quoted = " ".join(
            said[refusal.start() : refusal.start() + WORDS_MAX].split("\n\n", maxsplit=1)[0].split()
        )
        before = " ".join(said[line : refusal.start()].split())[-WORDS_MAX:]
        # A code in brackets stands behind its words.
        return f"{before} {quoted}".strip() if before.endswith(("(", "(#")) else quoted
    sentences = re.split(r"[.!?]\s|\n", said[:4000])
    kept = [text for text in sentences if text.strip() and not _HEDGED.search(simplify(text, 1000))]
    return " ".join(" ".join(kept).split())[: 2 * WORDS_MAX]
