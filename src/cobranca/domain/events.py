"""What the features tell one another. Events carry ids; whoever handles one reads the rows again.

Losing an event loses nothing: the scheduler's sweep tells again whatever has stood still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReceived:
    """A batch of accepted billings is in the database and wants its boletos."""

    subject: ClassVar[str] = "cobranca.upload_received"
    batch_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoletosIssued:
    """A batch has its boletos; their PDFs are stored under `object_path` (None when simulated)."""

    subject: ClassVar[str] = "cobranca.boletos_issued"
    batch_id: int
    object_path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayersNotified:
    """A batch's payers have been written to; the counts are of this batch."""

    subject: ClassVar[str] = "cobranca.payers_notified"
    batch_id: int
    upload_id: int
    sent: int
    failed: int
    uncertain: int


Event = UploadReceived | BoletosIssued | PayersNotified
