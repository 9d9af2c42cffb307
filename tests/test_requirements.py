"""Requirements files, pyproject.toml, the Makefile and the documents name the same packages and versions."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CLASSIFIERS = "\n".join(PROJECT["classifiers"])


def django_versions() -> dict[str, str]:
    """The stem of the requirements file of each Django version that `make test` supports."""
    default = re.search(r"^DJANGO \?= (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    others = {path.stem.removeprefix("django-"): path.stem for path in REQUIREMENTS.glob("django-*.txt")}
    return {default: "run"} | others


def test_pyproject_and_requirements_name_the_same_packages():
    def names(lines):
        return sorted(re.match(r"[a-z0-9-]+", line)[0] for line in lines if re.match("[a-z]", line))

    lists = {"run": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    for stem, packages in lists.items():
        assert names(packages) == names((REQUIREMENTS / f"{stem}.in").read_text().splitlines())


def test_exactly_the_tested_versions_of_django_are_claimed():
    tested = set(django_versions())
    assert len(tested) > 1
    assert set(re.findall(r"Framework :: Django :: (.*)", CLASSIFIERS)) == tested
    allowed = next(
        each for each in map(Requirement, PROJECT["dependencies"]) if each.name == "django"
    ).specifier
    tried = [f"{major}.{minor}" for major in range(4, 9) for minor in range(3)]
    assert {version for version in tried if f"{version}.1" in allowed} == tested


def test_each_version_of_django_has_requirements_with_the_same_other_packages():
    def pins(name):
        return set(re.findall(r"^([a-z0-9-]+)==(\S+)", (REQUIREMENTS / name).read_text(), re.MULTILINE))

    for version, stem in django_versions().items():
        assert f"\ndjango>={version}," in (REQUIREMENTS / f"{stem}.in").read_text()
        installed = pins(f"{stem}.txt")
        assert [pin.startswith(f"{version}.") for name, pin in installed if name == "django"] == [True]
        others = {(name, pin) for name, pin in installed if name != "django"}
        assert pins("run.txt") - others == {pin for pin in pins("run.txt") if pin[0] == "django"}
        assert others <= pins("dev.txt")


def test_the_documents_name_the_tested_versions():
    pythons, djangos = re.findall(r"Python :: (3\..*)", CLASSIFIERS), django_versions()
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert f"tested on Python {' and '.join(pythons)} with Django {' and '.join(djangos)}," in readme
    for name in ("CONTRIBUTING.md", "docs/operators/install.md"):
        document = (ROOT / name).read_text()
        assert [version for version in djangos if f"Django {version}" not in document] == []
