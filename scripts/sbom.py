"""Write what the product is made of, with its licences: a CycloneDX document.

cyclonedx-py lists what an environment has installed. What of the page reaches browsers is read from
its lock file: `npm sbom --omit dev` leaves React out, since others name it as their peer. A licence
that is barred, or that nobody knows, fails. Installed packages have their texts beside them, in
their `dist-info`; what a browser gets has none left, so the page's texts go along here.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
#: A library under LGPL may be used as it is; its text goes along.
_BARRED = re.compile(
    r"(?<!L)GPL|(?<!Lesser )(?<!Library )General Public|SSPL|BUSL|Commons-Clause|UNLICENSED"
    r"|proprietary",
    re.IGNORECASE,
)
_TEXT_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
#: What cyclonedx-py calls a licence that is in a package's own words, which are then the text.
_OWN_WORDS = "declared license of "
#: ... and a file of the package, which names no licence.
_FILE = "declared license file: "


def document(python: str) -> dict[str, Any]:
    """Return what is installed beside the interpreter, and the page's packages.

    Raises:
        SystemExit: cyclonedx-py fails.
    """
    told = subprocess.run(  # noqa: S603 - our own tool
        [
            Path(sys.executable).with_name("cyclonedx-py"), "environment",
            "--gather-license-texts", "--output-reproducible", "--no-validate", "--sv", "1.6",
            "--pyproject", ROOT / "pyproject.toml", python,
        ],
        check=False, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if told.returncode != 0:
        raise SystemExit(told.stderr)
    found: dict[str, Any] = json.loads(told.stdout)
    found["components"] = [*found.get("components", ()), *page_components()]
    return found


def page_components() -> list[dict[str, Any]]:
    """Return the page's packages that are not only for its building."""
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = []
    for path, entry in lock["packages"].items():
        if not path or entry.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{quote(name)}@{entry['version']}"
        found.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": entry["version"],
                "purl": purl,
                "licenses": [{"expression": entry["license"]}] if "license" in entry else [],
                "evidence": {"licenses": _texts(ROOT / "web" / path)},
            }
        )
    return found


def faults(components: list[dict[str, Any]]) -> list[str]:
    """Return what may not be among them: licences that are barred, or that nobody knows."""
    wrong: list[str] = []
    for component in components:
        told = [_words(entry) for entry in component.get("licenses", ())]
        licences = [words for words in told if words and not words.startswith(_FILE)]
        if not licences or not all(map(_may_be_used, licences)):
            named = ", ".join(licences) or "no licence is named"
            wrong.append(f"{component['name']} {component['version']}: {named}")
    return wrong


def _words(entry: dict[str, Any]) -> str:
    """Return how a licence is named."""
    if "expression" in entry:
        return str(entry["expression"])
    licence = entry["license"]
    name = str(licence.get("id") or licence["name"])
    return str(licence["text"]["content"])[:200] if name.startswith(_OWN_WORDS) else name


def _may_be_used(licence: str) -> bool:
    """Whether every part of `A AND B`, and one of `A OR B`, may be used."""
    return not any(
        all(_BARRED.search(choice) for choice in re.split(r"\s+OR\s+", part))
        for part in re.split(r"\s+AND\s+", licence.replace("(", " ").replace(")", " "))
    )


def _texts(folder: Path) -> list[dict[str, Any]]:
    return [
        {"license": {"name": path.name, "text": {"content": path.read_text("utf-8", "replace")}}}
        for path in sorted(folder.glob("*"))
        if path.is_file() and _TEXT_FILE.match(path.name)
    ]


def main() -> int:
    """Write, if asked, and judge; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="of the environment to list")
    parser.add_argument("--out", type=Path, help="file to write")
    given = parser.parse_args()
    found = document(given.python)
    if given.out is not None:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8")
        sys.stdout.write(f"{len(found['components'])} packages in {given.out}\n")
    wrong = faults(found["components"])
    for line in wrong:
        sys.stderr.write(f"May not be used, or is not known: {line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
