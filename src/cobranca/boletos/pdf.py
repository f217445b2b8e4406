"""Renders a batch's slips and packs them into one uncompressed zip, to be read by range."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cobranca.pipeline.slips import Boletos, slip_template, slips_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cobranca.pipeline.batch import Batch
    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile
    from cobranca.pipeline.slips import PayerRow

#: Entries carry no time of day, so that the same batch gives the same bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_ZIP_LOCAL_HEADER_BYTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPdfs:
    """One file with a batch's PDFs, and where each lies in it (bytes from its start)."""

    path: str
    content: bytes
    offsets: NDArray[np.int32]
    lengths: NDArray[np.int32]
    sha256: NDArray[np.uint8]


def render_batch(
    batch: Batch,
    profile: Profile,
    payers: Sequence[PayerRow],
    boletos: Boletos,
    details: Mapping[int, BillingDetails],
) -> StoredPdfs:
    """Render every boleto of a batch.

    Args:
        batch: which batch.
        profile: who is paid, and the terms of the account.
        payers: all the batch's billings, by id.
        boletos: those that are rendered.
        details: what optional columns said, by billing id.
    """
    template = slip_template(profile)
    slips = slips_of(profile, payers, boletos, details)
    names = [f"boleto-{payers[int(place)].debt_id}.pdf" for place in boletos.places]
    pdfs = template.render_many(slips)
    content, offsets = _zip(names, pdfs)
    digests = b"".join(hashlib.sha256(pdf).digest() for pdf in pdfs)
    content_digest = hashlib.sha256(content).hexdigest()[:16]
    return StoredPdfs(
        path=f"boletos/{batch.upload_public_id}/{batch.id}-{content_digest}.zip",
        content=content,
        offsets=np.array(offsets, np.int32),
        lengths=np.array([len(pdf) for pdf in pdfs], np.int32),
        sha256=np.frombuffer(digests, np.uint8).reshape(-1, hashlib.sha256().digest_size),
    )


def _zip(names: list[str], contents: list[bytes]) -> tuple[bytes, list[int]]:
    """Pack without compression and return the bytes with the offset of each entry's content."""
    packed = io.BytesIO()
    offsets: list[int] = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in zip(names, contents, strict=True):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            archive.writestr(entry, content)
            offsets.append(entry.header_offset + _ZIP_LOCAL_HEADER_BYTES + len(name))
    return packed.getvalue(), offsets
