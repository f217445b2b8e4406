"""What a scanner sees: the codes are read back from rendered pages."""

from __future__ import annotations

import random

import numpy as np
import pytest
import zxingcpp

from cobranca.domain.slip.qr import qr_bits

ITF = zxingcpp.BarcodeFormat.ITF
QR = zxingcpp.BarcodeFormat.QRCode
BANKS = [1, 3, 4, 21, 33, 41, 70, 77, 84, 85, 97, 104, 133, 136, 208, 237, 336, 341, 422, 655]
BANKS += [707, 748, 756]
MM_PER_INCH = 25.4


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("bank", BANKS)
def test_barcode_of_each_bank_is_read_from_pixels(make_template, make_slip, eyes, bank, dpi):
    code = f"{bank:03d}"
    slip = make_slip(bank, bank=code)
    pdf = make_template(bank_code=code, demonstration=True).render(slip)
    foot = eyes.pixels(pdf, dpi)[-int(30 / MM_PER_INCH * dpi) :]
    assert eyes.codes(foot, ITF) == [slip.barcode]


@pytest.mark.parametrize("dpi", [150, 300])
def test_both_qr_codes_are_read_from_pixels(make_template, make_slip, eyes, dpi):
    pdf = make_template(demonstration=True).render(make_slip(pix_payload=eyes.pix))
    assert eyes.codes(eyes.pixels(pdf, dpi), QR) == [eyes.pix, eyes.pix]


@pytest.mark.parametrize("dpi", [150, 300])
def test_every_code_of_a_carne_page_is_read_from_pixels(make_template, make_slip, eyes, dpi):
    slips = [make_slip(i, pix_payload=eyes.pix_of(charge=f"{i:08x}")) for i in range(3)]
    image = eyes.pixels(make_template(demonstration=True).render_carne(slips), dpi)
    assert eyes.codes(image, ITF) == [slip.barcode for slip in slips]
    assert eyes.codes(image, QR) == [slip.pix_payload for slip in slips]


def test_barcode_is_103_by_13_mm_with_white_around_it(make_template, make_slip, eyes):
    dpi = 600
    mm = dpi / MM_PER_INCH
    image = eyes.pixels(make_template(demonstration=True).render(make_slip()), dpi)
    height = image.shape[0]
    # The rows through the bars; their own area is everything dark within 8 to 125 mm across.
    middle = image[height - int(18.5 * mm), int(8 * mm) : int(125 * mm)]
    dark = np.flatnonzero(middle < 128)
    left, right = dark[0] / mm + 8, (dark[-1] + 1) / mm + 8
    assert left == pytest.approx(8 + 5, abs=0.1)
    assert right - left == pytest.approx(103, abs=0.1)
    column = np.flatnonzero(image[height - int(26 * mm) :, int((left + 0.1) * mm)] < 128)
    assert len(column) / mm == pytest.approx(13, abs=0.1)
    assert (height - (height - int(26 * mm) + column[-1])) / mm == pytest.approx(12, abs=0.15)
    band = image[height - int(25 * mm) : height - int(12 * mm)]
    assert (band[:, int((left - 5) * mm) : int((left - 0.1) * mm)] > 250).all()
    assert (band[:, int((right + 0.1) * mm) : int((right + 5) * mm)] > 250).all()


def test_qr_with_the_fixed_mask_is_read_for_many_payloads(eyes):
    chance = random.Random(2026)  # noqa: S311 - samples, not secrets
    for _ in range(300):
        token = f"{chance.getrandbits(128):032x}"
        payload = eyes.pix.replace("5a6b7c8d-1234-4321-aaaa-bbbbccccdddd", token[:36])
        payload += "A" * chance.randrange(120)
        side, rows = qr_bits(payload)
        bits = np.unpackbits(np.frombuffer(rows, np.uint8).reshape(side, -1), axis=1)[:, :side]
        image = np.pad(np.kron(bits * 255, np.ones((3, 3), np.uint8)), 12, constant_values=255)
        assert eyes.codes(image.astype(np.uint8), QR) == [payload]
