"""The house's rules about the code, read from the code itself.

Each rule has a name, and each escape from one a reason; an escape that is no longer needed fails.
The rules about the documents are in `test_documents.py`.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import cobranca
from cobranca.domain.billing import BatchState, BillingStatus, WorkState
from cobranca.domain.errors import CobrancaError

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "cobranca"

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500

#: Names that say nothing about what is inside.
BANNED_FILE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

#: Words that docs/GLOSSARY.md gives another name to, and that name.
BANNED_WORDS = {
    "sacado": "payer",
    "cedente": "beneficiary",
    "pagador": "payer",
    "drawee": "payer",
    "debtor": "payer",
    "buyer": "payer",
    "assignor": "beneficiary",
    "invoice": "billing",
    "charge": "billing",
    "charges": "billing",
    "ticket": "boleto",
    "portfolio": "wallet",
    "carteira": "wallet",
    "convenio": "agreement",
    "agency": "branch",
    "agencia": "branch",
    "conta": "account",
    "expiry": "due_date",
    "vencimento": "due_date",
    "valor": "amount_cents",
    "governmentid": "tax_id",
    "government": "tax_id",
}
#: (file or folder, word): why it may stand there.
WORD_ESCAPES = {
    ("domain/slip", "charges"): "the form's fields for fine, interest, discount and rebate",
    ("pipeline/slips", "charges"): "the same fields, as a slip is given them",
    ("pipeline/second_copies", "charges"): "the same",
    ("domain/slip", "charge"): "the form's column of those fields",
}

#: Code that must know no floating point: money, dates, digits and the numbers of a boleto.
EXACT = ("domain",)
#: Files of EXACT that measure paper, in points and millimetres.
GEOMETRY = {
    f"domain/slip/{name}.py"
    for name in (
        "carne", "common_fields", "compensation_form", "instructions", "layout", "page_template",
        "receipt", "sheet", "slot_values", "text",
    )
}  # fmt: skip
MONEY_WORDS = {"amount", "cents", "price", "fine", "interest", "discount", "rebate", "brl"}

#: Modules that a process starts with, and what finds those that no import names.
ENTRY_POINTS = {
    "cobranca.cli": "the console script of pyproject.toml",
    "cobranca.api": "started by `cobranca up` as a process",
    "cobranca.worker": "started by `cobranca up` as a process",
    "cobranca.scheduler": "started by `cobranca up` as a process",
    "cobranca.ui": "started by `cobranca up` as a process",
}
DISCOVERED = ("cobranca.domain.boleto.banks.", "cobranca.domain.cnab.layouts.")
#: What only users of the library import.
LIBRARY = {
    "cobranca.domain.pix": "BR Codes, documented in docs/boleto.md",
    "cobranca.pipeline.registrations": "the bank's word; what reads return files tells it",
}

_LOADS = re.compile(r'load_queries\("([\w.]+)"\)')
_QUERY_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_QUERY_METHODS = {"_execute", "_one", "_row", "_all", "_copy", "_add_batches"}


@cache
def _trees() -> dict[str, ast.Module]:
    """Return every module's syntax tree by its path below src/cobranca."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


def _module_name(path: str) -> str:
    parts = ("cobranca", *path.removesuffix(".py").split("/"))
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_functions_are_short() -> None:
    long = [
        f"{path}:{node.lineno} {node.name} has {lines} lines"
        for path, tree in _trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert not long


def test_files_are_short() -> None:
    long = {
        path.relative_to(SOURCE).as_posix(): lines
        for pattern in ("*.py", "*.sql")
        for path in SOURCE.rglob(pattern)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES_MAX
    }
    assert not long


def test_no_file_has_a_name_that_says_nothing() -> None:
    paths = [*SOURCE.rglob("*"), *(ROOT / "tests").rglob("*"), *(ROOT / "scripts").rglob("*")]
    assert not [str(p.relative_to(ROOT)) for p in paths if p.stem.lower() in BANNED_FILE_NAMES]


def test_nothing_prints() -> None:
    prints = [
        f"{path}:{node.lineno}"
        for path, tree in _trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "pprint"}
    ]
    assert not prints


# ------------------------------------------------------------------------------------- money


def test_exact_code_knows_no_floating_point() -> None:
    """In the domain: no float literal, no `float`, no true division. Paper geometry is let off."""
    found = [
        f"{path}:{where}"
        for path, tree in _trees().items()
        if path.startswith(EXACT) and path not in GEOMETRY
        for where in _floating(tree)
    ]
    assert not found


def test_geometry_escapes_are_needed() -> None:
    trees = _trees()
    assert not [path for path in GEOMETRY if path not in trees or not list(_floating(trees[path]))]


def test_no_amount_is_a_float_anywhere() -> None:
    """No name of money is annotated as float, divided, or put through `float()`."""
    found = [
        f"{path}:{where}" for path, tree in _trees().items() for where in _money_as_float(tree)
    ]
    assert not found


@pytest.mark.parametrize(
    "code",
    [
        "amount: float = 1",
        "def f(amount_cents: float): ...",
        "def f(*, fine: float | None): ...",
        "x = float(row.amount_cents)",
        "x = amount_cents / 100",
        "amount_cents /= 100",
        "x = amount_cents * 1.5",
    ],
)
def test_money_rule_can_fail(code: str) -> None:
    assert list(_money_as_float(ast.parse(code)))


def _floating(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"{node.lineno} literal {node.value}"
        elif isinstance(node, ast.Name) and node.id in {"float", "float64"}:
            yield f"{node.lineno} {node.id}"
        elif isinstance(node, ast.Attribute) and node.attr.startswith("float"):
            yield f"{node.lineno} {node.attr}"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield f"{node.lineno} true division"


def _money_as_float(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and _is_money(node.target):
            annotation: ast.expr | None = node.annotation
        elif isinstance(node, ast.arg) and _words(node.arg) & MONEY_WORDS:
            annotation = node.annotation
        else:
            annotation = None
        if annotation is not None and "float" in ast.unparse(annotation):
            yield f"{node.lineno} annotated {ast.unparse(annotation)}"
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "float":
            if any(_is_money(argument) for argument in node.args):
                yield f"{node.lineno} float()"
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            if _is_money(node.target):
                yield f"{node.lineno} divided"
        elif isinstance(node, ast.BinOp) and _inexact(node):
            yield f"{node.lineno} {ast.unparse(node)}"


def _inexact(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    if not any(_is_money(side) for side in sides):
        return False
    return isinstance(node.op, ast.Div) or any(
        isinstance(side, ast.Constant) and isinstance(side.value, float) for side in sides
    )


def _is_money(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return bool(_words(name) & MONEY_WORDS)


# ------------------------------------------------------------------------------------ words


def test_identifiers_use_the_words_of_the_glossary() -> None:
    found = [
        f"{path}: {name} ({word}: say {BANNED_WORDS[word]})"
        for path, name, word in _banned_words()
        if not any(path.startswith(where) and word == w for where, w in WORD_ESCAPES)
    ]
    assert not found


def test_word_escapes_are_needed() -> None:
    used = {(path, word) for path, _, word in _banned_words()}
    assert not [
        (where, word)
        for where, word in WORD_ESCAPES
        if not any(path.startswith(where) and word == w for path, w in used)
    ]


def _banned_words() -> Iterator[tuple[str, str, str]]:
    for path, name in sorted(set(_identifiers())):
        for word in sorted(_words(name) & BANNED_WORDS.keys()):
            yield path, name, word


def _identifiers() -> Iterator[tuple[str, str]]:
    for path, tree in _trees().items():
        for node in ast.walk(tree):
            name = (
                getattr(node, "name", None)
                or getattr(node, "id", None)
                or getattr(node, "attr", None)
                or getattr(node, "arg", None)
            )
            if isinstance(name, str):
                yield path, name
    for sql in SOURCE.rglob("*.sql"):
        code = re.sub(r"--.*|'[^']*'", "", sql.read_text(encoding="utf-8"))
        for name in re.findall(r"[A-Za-z_]\w+", code):
            yield sql.relative_to(SOURCE).as_posix(), name


def _words(name: str) -> set[str]:
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return {part.lower() for part in parts}


# ------------------------------------------------------------------------ errors and states


def test_every_error_has_a_status_of_its_own_kind() -> None:
    """Only the base itself may fall through to 500."""
    from cobranca.http.problem import STATUS_BY_ERROR

    import_everything()
    unmapped = [
        error.__qualname__
        for error in subclasses(CobrancaError)
        if not any(kind in STATUS_BY_ERROR for kind in error.__mro__ if kind is not CobrancaError)
    ]
    assert not unmapped
    assert STATUS_BY_ERROR[CobrancaError] == 500


def test_error_codes_are_told_apart() -> None:
    import_everything()
    codes = [error.code for error in (CobrancaError, *subclasses(CobrancaError))]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[A-Z][A-Z_]+", code) for code in codes)


def test_database_knows_the_states_of_the_domain() -> None:
    schema = "".join(
        path.read_text(encoding="utf-8") for path in (SOURCE / "infra/migrations").glob("*.sql")
    )
    check = re.search(r"batch_state_is_known CHECK\s*\(state IN \(([^)]*)\)\)", schema)
    assert check
    assert set(re.findall(r"'(\w+)'", check[1])) == set(BatchState)
    check = re.search(r"work_state_is_known CHECK\s*\(state IN \(([^)]*)\)\)", schema)
    assert check
    assert set(re.findall(r"'(\w+)'", check[1])) == set(WorkState)
    check = re.search(r"notification_state_is_known\s*CHECK\s*\(state IN \(([^)]*)\)\)", schema)
    assert check
    assert set(re.findall(r"'(\w+)'", check[1])) < set(BillingStatus)


def import_everything() -> None:
    for module in pkgutil.walk_packages(cobranca.__path__, "cobranca."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def subclasses(base: type) -> Iterator[type]:
    for child in base.__subclasses__():
        if child.__module__.startswith("cobranca."):
            yield child
            yield from subclasses(child)


# ---------------------------------------------------------------------- queries and modules


def _query_files() -> list[str]:
    return sorted(p.parent.relative_to(SOURCE).as_posix() for p in SOURCE.rglob("queries.sql"))


@pytest.mark.parametrize("folder", _query_files())
def test_queries_are_used_and_used_queries_exist(folder: str) -> None:
    package = f"cobranca.{folder.replace('/', '.')}"
    text = (SOURCE / folder / "queries.sql").read_text(encoding="utf-8")
    names = _QUERY_HEADER.findall(text)
    assert len(names) == len(set(names)), "a name is given twice"
    used: set[str] = set()
    for path, tree in _trees().items():
        if package in _LOADS.findall(ast.unparse(tree).replace("'", '"')):
            assert path.startswith(f"{folder}/"), f"{path} reads the queries of another package"
            used |= _used_queries(tree)
    assert sorted(used - set(names)) == [], "used, but not in queries.sql"
    assert sorted(set(names) - used) == [], "in queries.sql, but not used"


def _used_queries(tree: ast.Module) -> set[str]:
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "QUERIES":
            used |= _texts(node.slice)
        elif isinstance(node, ast.Call) and _called(node) in _QUERY_METHODS:
            used |= {text for argument in node.args[:2] for text in _texts(argument)}
    return used


def _texts(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return set()


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def test_no_module_is_dead() -> None:
    """Every module is imported by another one, found as a bank, or started as a process."""
    modules = {_module_name(path): path for path in _trees()}
    imported = {
        name
        for importer, path in modules.items()
        for name in _imports(_trees()[path], importer, is_package=path.endswith("__init__.py"))
        if name != importer
    }
    packages = {name for name, path in modules.items() if path.endswith("__init__.py")}
    dead = modules.keys() - imported - packages - ENTRY_POINTS.keys() - LIBRARY.keys()
    assert sorted(name for name in dead if not name.startswith(DISCOVERED)) == []


def test_entry_points_exist() -> None:
    modules = {_module_name(path) for path in _trees()}
    assert modules >= ENTRY_POINTS.keys() | LIBRARY.keys()
    stack = (SOURCE / "supervisor" / "stack.py").read_text(encoding="utf-8")
    script = re.search(
        r'^cobranca = "([\w.]+):', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert script
    started = {script[1], *re.findall(r'module="(cobranca\.\w+)"', stack)}
    assert started == ENTRY_POINTS.keys()


def _imports(tree: ast.Module, importer: str, *, is_package: bool) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = importer.split(".")
                keep = len(parts) - node.level + is_package
                base = ".".join([*parts[:keep], *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
