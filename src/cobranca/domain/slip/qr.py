"""The QR code of a Pix payload, as the bits of a one-bit image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
import zxingcpp

if TYPE_CHECKING:
    from collections.abc import Callable

# Any of the eight masks gives a valid code. Choosing the prettiest costs five sixths of the time,
# so one is taken always; a test reads hundreds of codes made so.
_MASK: Final = 3
_LEVEL: Final = "M"

# The binding leaves its options untyped.
_create: Final = cast(
    "Callable[..., zxingcpp.Barcode]",
    zxingcpp.create_barcode,  # pyright: ignore[reportUnknownMemberType]
)


def qr_bits(payload: str) -> tuple[int, bytes]:
    """Encode an ASCII payload; give the modules a side and the rows, 1 = white, byte aligned."""
    code = _create(payload, zxingcpp.BarcodeFormat.QRCode, ec_level=_LEVEL, data_mask=_MASK)
    pixels = np.asarray(code.to_image(scale=1, add_quiet_zones=False))
    return pixels.shape[0], np.packbits(pixels, axis=1).tobytes()
