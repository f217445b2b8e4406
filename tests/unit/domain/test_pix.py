"""Pix codes: public examples, what is written is read back, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.characters import fold_accents
from cobranca.domain.errors import InvalidField
from cobranca.domain.pix import crc16, dynamic_payload, read_payload, static_payload
from tests.unit.domain.golden import examples

EVP = "123e4567-e12b-12d1-a456-426655440000"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORDS = st.text(LETTERS + " ", min_size=1).map(lambda text: " ".join(text.split()))


@pytest.mark.parametrize(
    "example", [row for row in examples("pix") if row.get("tlv")], ids=lambda row: row["source"]
)
def test_public_codes_are_read(example: dict):
    fields = dict(example["tlv"])
    payload = read_payload(example["payload"])
    assert payload.name == fields["59"]
    assert payload.city == fields["60"]
    assert payload.txid == fields["62"][4:]
    assert payload.is_dynamic is example["kind"].startswith("dynamic")
    assert (payload.url or payload.key) in fields["26"]
    amount = None if payload.amount_cents is None else f"{payload.amount_cents / 100:.2f}"
    assert amount == fields.get("54")
    assert payload.single_use is (fields.get("01") == "12")


@pytest.mark.parametrize("example", examples("pix"), ids=lambda row: row["source"])
def test_public_checksums(example: dict):
    payload, crc = example["payload"], example["expected_crc"]
    assert crc16(payload if example["kind"] == "crc only" else payload[:-4]) == crc


def test_a_right_checksum_does_not_excuse_a_broken_length():
    [broken] = [row for row in examples("pix") if "does not fit" in row["kind"]]
    with pytest.raises(InvalidField) as refusal:
        read_payload(broken["payload"])
    assert (refusal.value.field, refusal.value.code) == ("pix", "PIX_FORMAT")


def test_the_manuals_static_example_is_written():
    [manual] = [row for row in examples("pix") if row["kind"] == "static"]
    assert (
        static_payload(key=EVP, name="Fulano de Tal", city="Brasília".upper())
        == (manual["payload"])
    )


def test_a_public_dynamic_code_is_written_again():
    [example] = [row for row in examples("pix") if "issue 622" in row["source"]]
    payload = read_payload(example["payload"])
    written = dynamic_payload(
        url=payload.url,
        name=payload.name,
        city=payload.city,
        amount_cents=payload.amount_cents,
        txid=payload.txid,
    )
    assert written == example["payload"]


@given(
    name=WORDS.filter(lambda text: 1 <= len(text) <= 25),
    city=WORDS.filter(lambda text: 1 <= len(text) <= 15),
    amount=st.none() | st.integers(1, 9_999_999_999),
    txid=st.just("***") | st.text(LETTERS + "0123456789", min_size=1, max_size=25),
    description=st.just("") | WORDS.filter(lambda text: 1 <= len(text) <= 36),
    postal_code=st.sampled_from(["", "01001000"]),
    key=st.sampled_from([EVP[:36], "52998224725", "12ABC34501DE35", "+5511987654321", "a.b@c.br"]),
)
def test_what_is_written_is_read_back(
    name: str,
    city: str,
    amount: int | None,
    txid: str,
    description: str,
    postal_code: str,
    key: str,
):
    description = description if len(key) + len(description) <= 65 else ""
    text = static_payload(
        key=key,
        name=name,
        city=city,
        amount_cents=amount,
        txid=txid,
        description=description,
        postal_code=postal_code,
    )
    payload = read_payload(text)
    assert (payload.key, payload.name, payload.city) == (key, name, city)
    assert (payload.amount_cents, payload.txid) == (amount, txid)
    assert (payload.description, payload.postal_code) == (description, postal_code)
    assert not payload.is_dynamic
    assert not payload.single_use


@given(st.data())
def test_one_changed_character_is_found(data: st.DataObject):
    text = static_payload(key=EVP, name="Escola Aurora", city="São Paulo", amount_cents=12345)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    changed = text[:place] + other + text[place + 1 :]
    if changed != text:
        with pytest.raises(InvalidField):
            read_payload(changed)


@pytest.mark.parametrize(
    "text", ["", "000201", "x" * 1001, "0002016304\u00c7FFF", "00020163041D3D"]
)
def test_other_texts_are_refused(text: str):
    with pytest.raises(InvalidField) as refusal:
        read_payload(text)
    assert refusal.value.field == "pix"


def _with_checksum(body: str) -> str:
    return body + "6304" + crc16(body + "6304")


GOOD = "00020126330014br.gov.bcb.pix0111529982247255204000053039865802BR5901A6001B62070503***"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("000201", "000202", "PIX_FORMAT"),
        ("br.gov.bcb.pix", "br.gov.bcb.piy", "PIX_OTHER"),
        ("5303986", "5303840", "PIX_FORMAT"),
        ("5802BR", "5802US", "PIX_FORMAT"),
        ("5901A", "", "PIX_FORMAT"),
        ("5901A", "5901A5901A", "PIX_FORMAT"),
        ("5901A", "5900", "PIX_FORMAT"),
        ("5901A", "5926" + "A" * 26, "PIX_LENGTH"),
        ("6001B", "6016" + "B" * 16, "PIX_LENGTH"),
        ("5802BR", "54041,005802BR", "PIX_FORMAT"),
        ("26330014br.gov.bcb.pix011152998224725", "26180014br.gov.bcb.pix", "PIX_FORMAT"),
    ],
)
def test_a_code_that_breaks_a_rule_is_refused(old: str, new: str, code: str):
    assert read_payload(_with_checksum(GOOD)).key == "52998224725"
    assert old in GOOD
    with pytest.raises(InvalidField) as refusal:
        read_payload(_with_checksum(GOOD.replace(old, new)))
    assert refusal.value.code == code


def test_letters_of_the_arrangement_may_be_capital():
    text = _with_checksum(GOOD.replace("br.gov.bcb.pix", "BR.GOV.BCB.PIX"))
    assert read_payload(text).key == "52998224725"


def test_a_lost_character_is_told_from_a_wrong_one():
    text = _with_checksum(GOOD)
    with pytest.raises(InvalidField) as refusal:
        read_payload(text.replace("5901A", "5901C"))
    assert refusal.value.code == "PIX_CRC"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "52998224726"}, "key"),
        ({"key": "Pessoa@Exemplo.br"}, "key"),
        ({"key": "11987654321"}, "key"),
        ({"key": "+0511987654321"}, "key"),
        ({"key": EVP.upper()}, "key"),
        ({"key": "a" * 70 + "@exemplo.br"}, "key"),
        ({"key": ""}, "key"),
        ({"name": ""}, "name"),
        ({"name": "N" * 26}, "name"),
        ({"name": "\u4e2d\u6587"}, "name"),
        ({"city": "C" * 16}, "city"),
        ({"txid": "com espaço"}, "txid"),
        ({"txid": "x" * 26}, "txid"),
        ({"txid": ""}, "txid"),
        ({"postal_code": "01001-000"}, "postal_code"),
        ({"amount_cents": 0}, "amount_cents"),
        ({"amount_cents": 10**10}, "amount_cents"),
        ({"description": "d" * 42}, "description"),
    ],
)
def test_a_wrong_argument_is_named(changes: dict, field: str):
    arguments = {"key": EVP, "name": "Escola Aurora", "city": "Sao Paulo", **changes}
    with pytest.raises(InvalidField) as refusal:
        static_payload(**arguments)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "url", ["https://pix.example.com/qr/1", "pix", "pix.example.com/" + "x" * 70]
)
def test_a_location_is_a_url_without_its_scheme(url: str):
    with pytest.raises(InvalidField) as refusal:
        dynamic_payload(url=url, name="A", city="B")
    assert refusal.value.field == "url"


def test_a_dynamic_code_may_be_used_more_than_once():
    text = dynamic_payload(url="pix.example.com/qr/1", name="A", city="B", single_use=False)
    payload = read_payload(text)
    assert payload.is_dynamic
    assert not payload.single_use


def test_accents_are_folded():
    assert fold_accents("São João d'Água Ltdª") == "Sao Joao d'Agua Ltda"
