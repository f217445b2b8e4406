"""The small template language."""

from __future__ import annotations

from html import escape

from cobranca.notifications.template import split_template


def test_constants_are_filled_in_and_variables_split() -> None:
    parts = split_template("a {{name}} b {{late}} c", {"name": "X"}, set(), str)
    assert parts == ["a X b ", "late", " c"]


def test_section_stays_only_when_present() -> None:
    template = "a\n{{#pix}}\nP {{payload}}\n{{/pix}}\nb"
    assert split_template(template, {}, {"pix"}, str) == ["a\nP ", "payload", "\nb"]
    assert split_template(template, {}, set(), str) == ["a\nb"]


def test_constant_is_escaped_and_not_read_as_template() -> None:
    parts = split_template("{{name}}", {"name": "<{{late}}>"}, set(), escape)
    assert parts == ["&lt;{{late}}&gt;"]
