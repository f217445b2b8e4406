"""The documents say what the code does: settings, states, routes, codes, commands, links.

What cannot be read from the code (figures, promises) is not checked here.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from typer.main import get_command

from cobranca.api import create_app
from cobranca.cli import app as command_line
from cobranca.domain.billing import (
    BATCH_TRANSITIONS,
    WORK_TRANSITIONS,
    BatchState,
    BillingStatus,
    UploadStatus,
    WorkState,
)
from cobranca.domain.boleto import Account
from cobranca.domain.errors import CobrancaError
from cobranca.infra.settings import Settings
from cobranca.uploads.csv_reader import RejectCode
from tests.unit.test_house_rules import BANNED_WORDS, subclasses

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "cobranca"
READMES = ("README.md", "README.pt-BR.md")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
)
#: Words after `make` that are no target: prose, not a command.
COMMAND = re.compile(r"(?:^|[\s(`/])(make|cobranca) ([a-z][a-z-]*)((?:[ \t]+[^`\n|#]*)?)")


def _text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def _rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of every table row; a bar inside a code span parts no cells."""
    for line in text.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[|\-: ]+", line):
            hidden = re.sub(r"`[^`]*`", lambda code: code[0].replace("|", "\0"), line)
            yield [cell.strip().replace("\0", "|") for cell in hidden.strip("|").split("|")]


# --------------------------------------------------------------------------------- settings


def test_settings_are_documented_with_their_defaults() -> None:
    documented = {
        cells[0].strip("`"): cells[1]
        for cells in _rows(_text("docs/settings.md"))
        if re.fullmatch(r"`[A-Z_]+`", cells[0])
    }
    assert documented == {name: _shown(value) for name, value in _settings(Settings)}


def test_setting_has_a_unit_and_a_meaning() -> None:
    rows = [cells for cells in _rows(_text("docs/settings.md")) if re.match(r"`[A-Z_]+`", cells[0])]
    assert not [cells[0] for cells in rows if len(cells) != 4 or not cells[2] or not cells[3]]


def test_examples_of_bank_accounts_are_accounts() -> None:
    text = _text("docs/settings.md") + "".join(_text(readme) for readme in READMES)
    pairs = re.findall(r"__BANK=(\d+)\n +COBRANCA_BENEFICIARY__BANK_PARAMETERS=(\{.*\})", text)
    for bank, parameters in pairs:
        Account(bank=bank, parameters=json.loads(parameters))
    assert {bank for bank, _ in pairs} == {"341", "237", "001", "033"}


def _settings(model: type[BaseModel], prefix: str = "COBRANCA_") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        variable = alias if isinstance(alias, str) else f"{prefix}{name}".upper()
        default = field.get_default(call_default_factory=True, validated_data={})
        if isinstance(default, BaseModel):
            yield from _settings(type(default), f"{variable}__")
        else:
            yield variable, default


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list | dict):
        return f"`{json.dumps(value, ensure_ascii=False)}`"
    if isinstance(value, float):
        return f"`{value:g}`"
    assert not isinstance(value, SecretStr), "a secret has no default"
    return f"`{value}`"


# ----------------------------------------------------------------------------------- states


@pytest.mark.parametrize(
    ("name", "transitions", "first"),
    [
        ("WORK_TRANSITIONS", WORK_TRANSITIONS, WorkState.READY),
        ("BATCH_TRANSITIONS", BATCH_TRANSITIONS, BatchState.RECEIVED),
    ],
)
def test_transitions_are_those_of_the_code(
    name: str, transitions: dict[StrEnum, frozenset[StrEnum]], first: StrEnum
) -> None:
    shown = re.search(
        rf"<!-- generated: {name} -->\n(.*?)<!-- end -->",
        _text("docs/STATE_MACHINE.md"),
        re.DOTALL,
    )
    assert shown
    assert shown[1] == _transitions(transitions, first)


def test_every_status_is_explained() -> None:
    text = _text("docs/STATE_MACHINE.md")
    words = {*WorkState, *BatchState, *BillingStatus, *UploadStatus}
    assert not {word for word in words if not re.search(rf"\b{word}\b", text)}


def _transitions(transitions: dict[StrEnum, frozenset[StrEnum]], first: StrEnum) -> str:
    """Return the table and the diagram; when the test fails, copy them into the document."""
    lines = ["| from | to |", "|---|---|"]
    arrows = [f"    [*] --> {first}"]
    for state, targets in transitions.items():
        lines.append(f"| {state} | {', '.join(sorted(targets)) or '-'} |")
        arrows += [f"    {state} --> {target}" for target in sorted(targets) or ["[*]"]]
    return "\n".join([*lines, "", "```mermaid", "stateDiagram-v2", *arrows, "```", ""])


# ------------------------------------------------------------------------------ API, errors


def test_routes_are_documented() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert len(routes) > 10
    shown = {
        cells[0].strip("`")
        for cells in _rows(_text("docs/api.md"))
        if re.match(r"`(GET|POST|PUT|PATCH|DELETE) /", cells[0])
    }
    assert shown == routes


def test_openapi_document_of_the_page_is_current() -> None:
    """The page's types are made from it: run `make gen` when this fails."""
    stored = json.loads(_text("web/openapi.json"))
    assert stored == json.loads(json.dumps(create_app(Settings()).openapi()))


def test_error_codes_are_documented() -> None:
    shown = set(re.findall(r"`([A-Z][A-Z_]+)`", _text("docs/api.md")))
    assert not sorted(_problem_codes() - shown)


def test_documented_error_codes_exist() -> None:
    shown = {
        code
        for cells in _rows(_text("docs/api.md"))
        if re.fullmatch(r"[45]\d\d", cells[0])
        for code in re.findall(r"`([A-Z_]+)`", cells[1])
    }
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    assert not sorted(code for code in shown if f'"{code}"' not in source)


def test_reasons_for_refusing_a_row_are_documented() -> None:
    shown = set(re.findall(r"\b([A-Z][A-Z0-9_]+)\b", _text("docs/csv.md")))
    assert not {code.name for code in RejectCode if code} - shown


def _problem_codes() -> set[str]:
    """Return the codes of the classes, and those that the API's own code gives an error."""
    codes = {error.code for error in (CobrancaError, *subclasses(CobrancaError))}
    for part in (
        "api.py", "http", "uploads", "billings", "boletos", "notifications", "overview",
        "remittances",
    ):  # fmt: skip
        path = SOURCE / part
        for file in [path] if path.is_file() else path.rglob("*.py"):
            codes |= set(_given_codes(ast.parse(file.read_text(encoding="utf-8"))))
    return codes


def _given_codes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        if ast.unparse(node.func) == "problem_response":
            given += node.args[1:2]
        yield from (
            value.value
            for value in given
            if isinstance(value, ast.Constant) and isinstance(value.value, str)
        )


# -------------------------------------------------------------------------- commands, links


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    wrong: list[str] = []
    for code in _code(_text(document)):
        for program, word, rest in COMMAND.findall(code):
            if program == "make":
                wrong += [f"make {word}"] if word not in targets else []
            else:
                wrong += _wrong_call([word, *rest.split()])
    assert not wrong


@pytest.mark.parametrize("readme", READMES)
def test_readme_shows_the_main_commands(readme: str) -> None:
    text = "\n".join(_code(_text(readme)))
    for command in ("make run", "make test", "make setup", "make bench", "make help"):
        assert command in text
    assert len(_text(readme).splitlines()) <= 100


def test_every_command_is_documented() -> None:
    text = "\n".join(_code(_text("docs/commands.md")))
    for name in get_command(command_line).commands:  # type: ignore[attr-defined]
        assert f"cobranca {name}" in text


def test_command_rule_can_fail() -> None:
    assert _wrong_call(["nothing"])
    assert _wrong_call(["bill", "x.csv", "--nothing"])
    assert _wrong_call(["boleto", "nothing"])
    assert not _wrong_call(["bill", "x.csv", "--mail", "simulate", "--json"])


def test_readmes_say_the_same() -> None:
    english, portuguese = (_text(readme) for readme in READMES)
    for pattern in (
        r"^(#+) ", r"```(\w+)\n", r"^    (.+)$", r"<!-- (bench:[\w-]+) -->", r"\]\(([^)]+)\)",
        r"`([A-Z_]{4,})`",
    ):  # fmt: skip
        found = [re.findall(pattern, text, re.MULTILINE) for text in (english, portuguese)]
        found = [[match for match in matches if "README" not in match] for matches in found]
        assert found[0] == found[1], pattern
    assert len(list(_rows(english))) == len(list(_rows(portuguese)))


@pytest.mark.parametrize("readme", READMES)
def test_library_example_runs(readme: str) -> None:
    example = re.search(r"```python\n(.*?)```", _text(readme), re.DOTALL)
    assert example
    assert "assert " in example[1]
    exec(compile(example[1], readme, "exec"), {})  # noqa: S102 - our own document


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    broken: list[str] = []
    for link in re.findall(r"\]\(([^)\s]+)\)", _text(document)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (folder / path).resolve() if path else ROOT / document
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert not broken


def test_decisions_have_a_number_and_the_four_parts() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == sorted(set(numbers))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}"), path.name
        for part in ("Context", "Decision", "Consequences", "Alternatives"):
            assert f"\n## {part}\n" in text, f"{path.name}: {part}"


def test_glossary_names_every_banned_word() -> None:
    text = _text("docs/GLOSSARY.md").casefold()
    assert not [word for word, better in BANNED_WORDS.items() if f"`{better}`" not in text]
    foreign = {"carteira", "conta", "valor", "vencimento"}  # Portuguese names of the first column.
    plain = text.replace("ê", "e").replace("ã", "a")
    assert not [w for w in BANNED_WORDS.keys() - foreign if w.removesuffix("id") not in plain]


def _code(text: str) -> Iterator[str]:
    """Yield what stands in code: fenced or indented blocks by line, and spans."""
    for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL):
        yield from block.splitlines()
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    yield from re.findall(r"^    (.+)$", text, re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", text)


def _wrong_call(words: list[str]) -> list[str]:
    """Return what the command line does not know of a call, as far as the call is given."""
    command: Any = get_command(command_line)
    known: list[str] = []
    while hasattr(command, "commands"):
        if not words:
            return []
        if words[0] not in command.commands:
            return [" ".join(["cobranca", *known, words[0]])]
        known.append(words[0])
        command = command.commands[words[0]]
        words = words[1:]
    options = {name for parameter in command.params for name in (*parameter.opts, "--help")}
    return [
        f"cobranca {' '.join(known)} {word}"
        for word in words
        if re.match(r"--?[a-z]", word) and word.split("=")[0] not in options
    ]


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.casefold()).strip().replace(" ", "-") for h in headings}
