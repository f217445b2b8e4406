"""A scanner for tests: what is printed on a PDF's pages, read from their pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import zxingcpp

if TYPE_CHECKING:
    from pathlib import Path

ITF = zxingcpp.BarcodeFormat.ITF
QR = zxingcpp.BarcodeFormat.QRCode


def scan(
    pdf: bytes | Path, *, page: int = 0, dpi: int = 150, formats: zxingcpp.BarcodeFormat = ITF
) -> list[str]:
    """Return the texts of the codes on a page: by default its barcodes of boletos."""
    image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(image, formats=formats)]
