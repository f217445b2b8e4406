"""Real answers of mail servers, judged: the table of tests/golden/mail_replies.jsonl.

`python -m tests.support.mail_table` writes what becomes of it into docs/mail.md, between its marks.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cobranca.domain.mail_reply import Fault, Stage, Verdict, classify, classify_bounce

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "golden" / "mail_replies.jsonl"
DOCUMENT = ROOT / "docs" / "mail.md"
BEGIN, END = "<!-- mail-faults -->", "<!-- /mail-faults -->"
FAULTS = (Fault.RECIPIENT, Fault.RECIPIENT_SERVER, Fault.OURS, Fault.UNKNOWN)

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")
_DIAGNOSTIC_TYPE = re.compile(r"^[\w-]+;")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer with what it is known to mean."""

    #: The rules were written on `learned`, and looked at `held-out` only when they were.
    part: str
    source: str
    stage: Stage
    #: Of a bounce, as its reporting server gave it; empty = it gave none.
    status: str
    text: str
    fault: Fault

    @property
    def verdict(self) -> Verdict:
        """What the product makes of it."""
        if self.stage is Stage.BOUNCE:
            words = _DIAGNOSTIC_TYPE.sub("", self.text).strip()
            return classify_bounce(self.status or None, words)
        rest = self.text[4:]
        enhanced = _ENHANCED.match(rest)
        text = rest[enhanced.end() :].strip() if enhanced else rest
        code = enhanced[0] if enhanced else None
        return classify(int(self.text[:3]), code, text, stage=self.stage)


@cache
def replies() -> tuple[Reply, ...]:
    """Return the whole table."""
    return tuple(
        Reply(
            part=row["set"],
            source=row["source"],
            stage=Stage(row["stage"]),
            status=row.get("status", ""),
            text=row["reply"],
            fault=Fault(row["fault"]),
        )
        for row in map(json.loads, TABLE.read_text(encoding="utf-8").splitlines())
    )


def confusion(part: str) -> str:
    """Return a table of one part: a line for each fault, a column for what it was taken for."""
    rows = [reply for reply in replies() if reply.part == part]
    taken = Counter((reply.fault, reply.verdict.fault) for reply in rows)
    right = sum(taken[fault, fault] for fault in FAULTS)
    lines = [
        f"{part}: {right} of {len(rows)} right",
        "",
        f"| is \\ taken for | {' | '.join(FAULTS)} |",
        f"|---|{'---|' * len(FAULTS)}",
    ]
    lines += [
        f"| {fault} | {' | '.join(str(taken[fault, other]) for other in FAULTS)} |"
        for fault in FAULTS
    ]
    return "\n".join(lines)


def wrongly_suppressed() -> list[str]:
    """Return the answers that would suppress a payer who has a mailbox, or may have one."""
    return [
        reply.text
        for reply in replies()
        if reply.verdict.fault is Fault.RECIPIENT and reply.fault is not Fault.RECIPIENT
    ]


def section() -> str:
    """Return what stands between the marks of the document."""
    healthy = sum(reply.fault is not Fault.RECIPIENT for reply in replies())
    return "\n\n".join(
        [
            BEGIN,
            f"**{len(wrongly_suppressed())} of {healthy} answers about mailboxes that are there"
            " suppress somebody.**",
            confusion("learned"),
            confusion("held-out"),
            END,
        ]
    )


def documented(text: str) -> str:
    """Return the document with its section renewed."""
    before, _, rest = text.partition(BEGIN)
    return before + section() + rest.partition(END)[2]


def main() -> None:
    """Renew the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(documented(text), encoding="utf-8")


if __name__ == "__main__":
    main()
