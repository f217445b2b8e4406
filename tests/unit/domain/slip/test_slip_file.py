"""What a reader of PDF sees: sound files, small, the same every time, with text to copy."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.slip import SlipCharges, SlipGuarantor

needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None or shutil.which("pdfinfo") is None,
    reason="poppler is not installed",
)


def masked(line):
    return (
        f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} "
        f"{line[21:26]}.{line[26:32]} {line[32]} {line[33:]}"
    )


def poppler(*command):
    # Poppler prints the names of sections in the file's own encoding.
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", check=False
    )


def sample_files(make_template, make_slip, eyes):
    pix = eyes.pix
    template = make_template(
        demonstration=True, guarantor=SlipGuarantor(name="Avalista S.A.", tax_id="12ABC34501DE35")
    )
    mixed = [make_slip(i, pix_payload=pix if i % 2 else None) for i in range(5)]
    charges = SlipCharges(discount_cents=100, fine_interest_cents=2469)
    return {
        "plain": template.render(mixed[0]),
        "qr": template.render(mixed[1]),
        "longest payload": template.render(make_slip(pix_payload=eyes.pix_longest)),
        "bare": template.render(make_slip(messages=(), payer_address=())),
        "charges": template.render(make_slip(charges=charges)),
        "book": template.render_print_file(mixed * 100),
        "carne": template.render_carne(mixed),
        "empty book": template.render_print_file([]),
        "long carne": template.render_carne(mixed * 10),
    }


def cross_references(pdf):
    """Read the rows of a cross-reference stream: kind, place, index."""
    start = int(pdf.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    head, _, rest = pdf[start:].partition(b"stream\n")
    assert head.startswith(b"%d 0 obj" % int(head.split(b" ")[0]))
    assert b"/Type/XRef" in head
    packed = zlib.decompress(rest[: int(re.search(rb"/Length (\d+)", head)[1])])
    width, previous, rows = 7, bytes(7), []
    for at in range(0, len(packed), width + 1):
        row = bytes(
            (a + b) % 256 for a, b in zip(packed[at + 1 : at + 1 + width], previous, strict=True)
        )
        rows.append((row[0], int.from_bytes(row[1:5]), int.from_bytes(row[5:])))
        previous = row
    return rows


@pytest.mark.parametrize("size", range(40))
def test_cross_references_name_the_true_places(make_template, make_slip, eyes, size):
    # The length of the template's texts moves every place in the file.
    words = " ".join(f"{(size * 7919 + i) ** 3 % 10**9}" for i in range(size))
    template = make_template(payment_place=words, wallet="x" * size)
    for pdf in (
        template.render(make_slip()),
        template.render(make_slip(pix_payload=eyes.pix_of(more=size))),
        template.render_carne([make_slip(i, pix_payload=eyes.pix) for i in range(size % 7 + 1)]),
    ):
        for number, (kind, place, index) in enumerate(cross_references(pdf)):
            if kind == 1:
                assert pdf[place:].startswith(b"%d 0 obj<<" % number)
            elif kind == 2:
                assert index < 200


def inner_objects(pdf):
    """Take the objects out of a file's object streams, by number."""
    found = {}
    for stream in re.finditer(rb"/Type/ObjStm/N \d+/First (\d+)>>stream\n", pdf):
        content = zlib.decompressobj().decompress(pdf[stream.end() :])
        first = int(stream[1])
        header = [int(word) for word in content[:first].split()]
        places = [*header[1::2], len(content) - first]
        for index, number in enumerate(header[::2]):
            found[number] = content[first + places[index] : first + places[index + 1]]
    return found


@pytest.mark.parametrize("kind", ["plain", "qr", "carne"])
def test_each_mark_belongs_to_the_element_that_lists_it(make_template, make_slip, eyes, kind):
    objects = inner_objects(sample_files(make_template, make_slip, eyes)[kind])
    (owners,) = [o for o in objects.values() if o.startswith(b"<</Nums")]
    by_page = {
        int(page): [int(n) for n in re.findall(rb"(\d+) 0 R", numbers)]
        for page, numbers in re.findall(rb"(\d+)\[([^\]]*)\]", owners)
    }
    pages = {n: o for n, o in objects.items() if o.startswith(b"<</Type/Page/")}
    assert len(by_page) == len(pages) == (2 if kind == "carne" else 1)
    for number, page in pages.items():
        for mark, owner in enumerate(by_page[int(re.search(rb"StructParents (\d+)", page)[1])]):
            element = objects[owner]
            kids = re.search(rb"/K\[([\d ]+)\]", element)[1].split()
            assert b"%d" % mark in kids
            assert b"/Pg %d 0 R" % number in element


@needs_qpdf
def test_qpdf_finds_nothing_to_complain_about(make_template, make_slip, eyes, tmp_path):
    for name, pdf in sample_files(make_template, make_slip, eyes).items():
        path = tmp_path / "slip.pdf"
        path.write_bytes(pdf)
        run = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
        assert (run.returncode, run.stderr) == (0, ""), (name, run.stdout, run.stderr)


@needs_poppler
def test_poppler_reads_without_complaint(make_template, make_slip, eyes, tmp_path):
    files = sample_files(make_template, make_slip, eyes)
    del files["empty book"]  # Poppler refuses to read the text of no page.
    for name, pdf in files.items():
        path = tmp_path / "slip.pdf"
        path.write_bytes(pdf)
        run = poppler("pdftotext", path, "-")
        assert (run.returncode, run.stderr) == (0, ""), (name, run.stderr)
        assert "FICHA DE COMPENSAÇÃO" in run.stdout


@needs_poppler
def test_reading_order_puts_each_value_after_its_label(make_template, make_slip, tmp_path):
    path = tmp_path / "slip.pdf"
    slip = make_slip()
    path.write_bytes(make_template().render(slip))
    run = poppler("pdfinfo", "-struct-text", path)
    said = [line.strip().strip('"') for line in run.stdout.splitlines() if '"' in line]
    assert said[:4] == ['Sect "Recibo do pagador', "RECIBO DO PAGADOR", "Banco Itaú S.A.", "341-7"]
    assert said[4] == masked(slip.digitable_line)
    form = said[said.index("Demonstrativo / Instruções") :]
    for label, value in {
        "Vencimento": "10/11/2026",
        "Nosso número": "109/12345678-7",
        "(=) Valor do documento": "1.234,56",
        "Nº do documento": "FAT-0001",
        "Pagador": "José Antônio da Conceição - CPF: 123.456.789-01",
    }.items():
        assert form[form.index(label) + 1] == value


@needs_poppler
def test_carne_is_read_slip_by_slip(make_template, make_slip, tmp_path):
    path = tmp_path / "carne.pdf"
    slips = [make_slip(i) for i in range(4)]
    path.write_bytes(make_template().render_carne(slips))
    said = [line.strip().strip('"') for line in poppler("pdfinfo", "-struct-text", path).stdout
            .splitlines()]  # fmt: skip
    lines = [masked(slip.digitable_line) for slip in slips]
    assert [line for line in said if line in lines] == lines
    assert said.count("Figure") == 4
    assert said[said.index("Nosso número") + 1] == "109/12345678-7"


@needs_poppler
def test_pictures_have_words(make_template, make_slip, eyes, tmp_path):
    path = tmp_path / "slip.pdf"
    path.write_bytes(make_template().render(make_slip(pix_payload=eyes.pix)))
    run = poppler("pdfinfo", "-struct", path)
    assert run.stdout.count("Figure") == 3


def test_digitable_line_is_one_piece_of_text(make_template, make_slip, eyes):
    slip = make_slip(3)
    text = eyes.text_of(make_template(demonstration=True).render(slip))
    assert text.count(masked(slip.digitable_line)) == 2


def test_pix_payload_is_one_piece_of_text(make_template, make_slip, eyes):
    text = eyes.text_of(make_template().render(make_slip(pix_payload=eyes.pix)))
    assert eyes.pix in text


def test_sizes_stay_small(make_template, make_slip, eyes):
    template = make_template(demonstration=True)
    assert len(template.render(make_slip())) <= 5_000
    assert len(template.render(make_slip(pix_payload=eyes.pix))) <= 6_000


def test_same_facts_give_the_same_bytes(make_template, make_slip, eyes):
    slip = make_slip(pix_payload=eyes.pix)
    assert make_template().render(slip) == make_template().render(slip)


def test_render_many_equals_render_one_by_one(make_template, make_slip, eyes):
    slips = [make_slip(i, pix_payload=eyes.pix if i == 1 else None) for i in range(3)]
    template = make_template()
    assert template.render_many(slips) == [make_template().render(slip) for slip in slips]


def test_book_has_a_page_for_each_slip_in_order(make_template, make_slip, eyes):
    slips = [make_slip(i, document_number=f"DOC-{i}") for i in range(450)]
    book = make_template().render_print_file(slips)
    document = pypdfium2.PdfDocument(book)
    assert len(document) == len(slips)
    document.close()
    for index in (0, 199, 200, 449):
        assert re.search(rf"DOC-{index}\b", eyes.text_of(book, index))
    assert len(book) / len(slips) <= 1_500


def test_carne_has_three_slips_a_page(make_template, make_slip, eyes):
    slips = [make_slip(i, document_number=f"DOC-{i}") for i in range(7)]
    carne = make_template().render_carne(slips)
    pages = [eyes.text_of(carne, page) for page in range(3)]
    found = [[i for i in range(7) if f"DOC-{i}" in page] for page in pages]
    assert found == [[0, 1, 2], [3, 4, 5], [6]]
    assert all(page.count("FICHA") == len(f) for page, f in zip(pages, found, strict=True))


def test_demonstration_is_said_in_both_parts_and_only_when_asked(make_template, make_slip, eyes):
    marked = eyes.text_of(make_template(demonstration=True).render(make_slip()))
    assert marked.count("DEMONSTRAÇÃO - NÃO PAGUE") >= 4
    assert "DEMONSTRA" not in eyes.text_of(make_template().render(make_slip()))


names = st.text(st.characters(codec=None), max_size=300)


@settings(max_examples=150, deadline=None)
@given(name=names, address=st.lists(names, max_size=4), messages=st.lists(names, max_size=12))
def test_any_text_gives_a_page_with_all_ink_inside_it(
    make_template, make_slip, name, address, messages
):
    slip = make_slip(
        payer_name=name,
        payer_address=tuple(address),
        messages=tuple(messages),
        document_number=name,
        our_number=name,
    )
    document = pypdfium2.PdfDocument(make_template().render(slip))
    page = document[0].get_textpage()
    for index in range(page.count_rects()):
        left, bottom, right, top = page.get_rect(index)
        assert left >= 20
        assert right <= 576
        assert bottom >= 30
        assert top <= 835
    assert masked(slip.digitable_line) in page.get_text_bounded()
    document.close()


@pytest.mark.parametrize("hostile", ["(", ")", "\\", "\\)", "((\\", ") Tj ET Q", "%d %s %b", "%"])
def test_signs_of_the_format_are_printed_as_they_are(make_template, make_slip, eyes, hostile):
    template = make_template(instructions=(f"A{hostile}Z",), wallet=hostile)
    pdf = template.render(make_slip(payer_name=f"B{hostile}Y", messages=(f"C{hostile}X",)))
    text = eyes.text_of(pdf)
    assert text.count(f"A{hostile}Z") == 2
    assert text.count(f"B{hostile}Y") == 2
    assert text.count(f"C{hostile}X") == 2
