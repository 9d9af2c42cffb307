"""The prose of code, documents and commits follows CONTRIBUTING.md."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from .test_conventions import ROOT, code, files, lines_with, report, text_of

# Words that this code no longer uses. The chart of statuses keeps its public path, /charts/firmness.csv.
FORMER_WORDS = (
    r"meanwhile|once_more|abreast|\bdesks?\b|told apart|soundness|\bmend(?:s|ed|ing)?\b|firmness(?!\.csv|\"|\?)"
    r"|tak(?:e[ns]?|ing) (?:it |them |this |all )?back"
)


def test_no_text_uses_the_words_of_an_earlier_register():
    paths = [
        path
        for path in files(".py", ".html", ".md", ".css", ".js", ".sh", ".toml")
        if "migrations" not in path.parts
        and path.name not in ("CHANGELOG.md", "test_conventions.py", "test_prose.py")
        # Its column descriptions are part of the data package, which must equal an earlier dump byte by byte.
        and path != ROOT / "sco_cities" / "datapackage" / "tables.py"
    ]
    report("Words that the glossary does not have", lines_with(FORMER_WORDS, paths))


# Patterns of prose that must be read twice, with their maximum numbers of uses. The numbers may only fall. The first
# pattern excludes `report`, because reports do say things.
PROSE_PATTERNS = {
    r"\b(?:column|document|field|file|header|name|parameter|record|table)s? (?:asks?|knows?|says?|tells?)\b": 0,
    r"\b(?:that|those) of\b": 0,
    r"\b(?:by|from|in|of|to) which\b": 4,
    r"\bof (?:its|their) own\b": 0,
    r"\bbeside\b": 0,
    r"\b(?:anew|at once|by hand|mostly|whoever)\b": 2,
    r"\b(?:is|are) away\b|\bbelieved\b|\bof the processor\b|\bprocessor time\b|\bweakness(?:es)?\b": 0,
    r"\A\w+ docstring (?:How|What|Where|Which|Why)\b": 0,
    r"\A\w+ docstring [^\n]*[:;] ": 0,
    # A function does something, so its docstring begins with a verb.
    r"\Afunction docstring (?:An?|None|The|This|True)\b": 0,
}


def prose_of(path: Path) -> Iterator[str]:
    """The docstrings and comments of a module, or the text of a document, without code and quotations."""
    if path.suffix == ".md":
        yield re.sub(r"```.*?```|`[^`]*`|“[^”]*”", "", text_of(path), flags=re.DOTALL)
        return
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (
            text := ast.get_docstring(node)
        ):
            is_function = isinstance(node, ast.FunctionDef) and "property" not in "".join(
                map(ast.unparse, node.decorator_list)
            )
            kind = "function" if is_function else "other"
            yield f"{kind} docstring " + re.sub(r"`[^`]*`|\"[^\"]*\"|“[^”]*”|\([^)]*\)", "", text)
    for token in tokenize.generate_tokens(io.StringIO(text_of(path)).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def test_prose_does_not_return_to_patterns_that_must_be_read_twice():
    paths = [path for path in files(".py", ".md") if not {"migrations", "tests"} & set(path.parts)]
    texts = [(path, text) for path in paths if path.name != "CHANGELOG.md" for text in prose_of(path)]
    for pattern, most in PROSE_PATTERNS.items():
        found = [
            f"{path.relative_to(ROOT)}: {match}"
            for path, text in texts
            for match in re.findall(pattern, text)
        ]
        assert len(found) <= most, f"{pattern}: {len(found)} uses, at most {most}. Reword: {found[-20:]}"


# The last commit before this rule was introduced.
FIRST_COMMITS = "62b5c7006e0a417df4bd599e9637900b509fd756"


def test_commit_subjects_have_a_scope_and_at_most_72_characters():
    """The form of a subject is `history: retry on deadlock`.

    Merge commits are ignored. The test is skipped if there is no Git history.
    """
    log = subprocess.run(
        ["git", "log", "--no-merges", "--format=%s", f"{FIRST_COMMITS}..HEAD"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if log.returncode:
        pytest.skip("a shallow clone, or no clone at all")
    subjects = log.stdout.splitlines()
    report(
        "Commit subjects",
        [s for s in subjects if len(s) > 72 or not re.match(r"[a-z][A-Za-z0-9_, -]*: \w", s)],
    )


# The date from which the list of scopes applies.
SCOPES_SINCE = "2026-12-02"


def test_commit_scopes_are_packages_or_in_the_list_of_contributing():
    log = subprocess.run(
        ["git", "log", "--no-merges", f"--since={SCOPES_SINCE}T00:00:00Z", "--format=%s"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    (listed,) = re.findall(
        r"The scope is a package or\s+one of(.*?)\.\s", text_of(ROOT / "CONTRIBUTING.md"), re.DOTALL
    )
    packages = {path.parent.name for path in code() if path.name == "__init__.py"}
    scopes = packages | set(re.findall(r"`(\w+)`", listed))
    report(
        "Commit scopes",
        [
            subject
            for subject in log.stdout.splitlines()
            if set(subject.partition(":")[0].split(", ")) - scopes
        ],
    )
