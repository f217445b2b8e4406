"""docs/cnab.md says what the layouts are and can say, and its examples run."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from cobranca.cli.cnab_json import read_remittance
from cobranca.domain.cnab import LAYOUTS, Layout, write_remittance

TEXT = (Path(__file__).parents[4] / "docs" / "cnab.md").read_text(encoding="utf-8")


def test_table_of_layouts_is_that_of_the_code() -> None:
    shown = re.search(r"<!-- generated: LAYOUTS -->\n(.*?)<!-- end -->", TEXT, re.DOTALL)
    assert shown
    assert shown[1] == table()


def test_number_of_layouts_and_banks_is_right() -> None:
    banks = {layout.bank for layout in LAYOUTS.values()}
    assert f"in {len(LAYOUTS)} layouts of {len(banks)} banks" in TEXT


def test_example_of_the_command_is_a_remittance() -> None:
    example = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert example
    account, file, titles = read_remittance(json.dumps(json.loads(example[1])).encode())
    assert b"".join(write_remittance(account, file, [titles])).count(b"\r\n") == 4


def test_example_of_the_library_runs() -> None:
    example = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert example
    exec(compile(example[1], "docs/cnab.md", "exec"), {})  # noqa: S102 - our own document


def table() -> str:
    """Return the table; when the test fails, copy it into the document."""
    head = "| layout | bank | proof | fine | interest | discounts | protest, write-off | other |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(_cells(layout))} |" for layout in LAYOUTS.values()]
    return "\n".join([*lines, ""])


def _cells(layout: Layout) -> list[str]:
    limits = layout.limits
    steps = {1: "percent", 10: "tenths of a percent", 100: "whole percent"}
    fine = steps[limits.fine_step_bp] + (" or money" if limits.fine_cents else "")
    kinds = {"money a day": limits.interest_daily, "percent a month": limits.interest_monthly}
    discount = "money or percent" if limits.discount_bp else "money"
    other = {
        "Pix": limits.pix,
        "messages": bool(layout.message_names),
        "guarantor": limits.guarantor,
    }
    return [
        f"`{layout.code}`",
        layout.bank_name,
        layout.proof if layout.proven else f"**not proven**: {layout.proof}",
        fine + (", day" if limits.fine_from else ""),
        " or ".join(kind for kind, has in kinds.items() if has)
        + (", day" if limits.interest_from else ""),
        f"{limits.discounts_max}, {discount}",
        f"{_days(limits.protest_days)}, {_days(limits.write_off_days)}"
        + (" (one of them)" if limits.one_deadline else ""),
        ", ".join(name for name, has in other.items() if has) or "-",
    ]


def _days(allowed: Sequence[int]) -> str:
    if not allowed:
        return "none"
    if isinstance(allowed, range):
        return f"{allowed[0]} to {allowed[-1]}"
    return " or ".join(map(str, allowed))
