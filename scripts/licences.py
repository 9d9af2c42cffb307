"""Writes docs/operators/dependencies.md with the site's packages and their licences (`make licences`).

The licences are read from the metadata of the packages and written as SPDX identifiers.
"""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "operators" / "dependencies.md"
REQUIREMENTS = ("run", "pdf")
# Licence names in package metadata, with their SPDX identifiers.
SPDX = {
    "Apache-2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0, and licences of parts of PDFium",
    "ISC License (ISCL)": "ISC",
    "LGPL with exceptions": "LGPL-3.0-or-later, with an exception for OpenSSL",
    "MIT": "MIT",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}
# Packages whose metadata contains no licence, with the licence from their licence file.
UNNAMED = {"resvg-py": "MIT"}
HEAD = """\
# Dependencies and their licences

For operators. This page lists the site's Python packages and their licences. The versions and hashes are in
`requirements/run.txt` and, for PDF support, in `requirements/pdf.txt`. `make licences` writes this page.
`make sbom` writes a software bill of materials (CycloneDX) with the versions to `var/sbom.json`.

| package | licence |
| --- | --- |
"""


def packages() -> list[str]:
    """Returns the names of all packages that the running site needs."""
    text = "\n".join((ROOT / "requirements" / f"{stem}.txt").read_text() for stem in REQUIREMENTS)
    return sorted(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def licence(package: str) -> str:
    """Returns the licence of an installed package as an SPDX expression. Raises KeyError if its licence is unknown."""
    about = metadata.metadata(package)
    if expression := about.get("License-Expression"):
        return expression
    classifiers = [
        each.split(" :: ")[-1] for each in about.get_all("Classifier") or [] if each.startswith("License")
    ]
    for stated in (about.get("License") or "", *classifiers):
        if stated in SPDX:
            return SPDX[stated]
    return UNNAMED[package]


def page() -> str:
    """Returns the complete page."""
    return HEAD + "".join(f"| {package} | {licence(package)} |\n" for package in packages())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
