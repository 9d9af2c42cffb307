"""The house rules as tests. Each message names the lines that break a rule.

CONTRIBUTING.md contains these rules as text.
"""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, get_resolver
from grimp import build_graph

from sco_cities.search.searchable_lists import COLLECTIONS

ROOT = Path(__file__).resolve().parent.parent
DOMAIN_FILES = ("models", "filters", "facets", "columns", "views", "urls", "admin")
LONGEST_MODULE = 400

# These names are written in pieces, so that this file does not break the rules that it tests.
REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("unpkg", "com"),
    ("jsdelivr", "net"),
    ("debian", "org"),
)
MACHINE_DIRECTORIES = ("home", "root", "Users", "work", "farm")

# Hosts in names of XML and linked-data vocabularies. Pages never load anything from them.
VOCABULARIES = ("www.w3.org", "schema.org", "purl.org", "www.sitemaps.org")


@cache
def all_files() -> tuple[Path, ...]:
    """All files that are in the repository or that the next commit would add."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


def files(*endings: str, under: tuple[str, ...] = ("",)) -> list[Path]:
    found = [path for path in all_files() if path.suffix in endings or not endings]
    return [path for path in found if str(path.relative_to(ROOT)).startswith(under)]


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    """`path:line: text` of every match. A match may extend over several lines."""
    found = []
    for path in paths:
        text = text_of(path)
        for match in re.finditer(pattern, text, re.IGNORECASE):
            number = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{number}: {match.group().strip()[:100]}")
    return found


def packages() -> dict[str, Path]:
    """The directory of every app of the site by app name, such as sources, themes, delegates and initiatives."""
    found = {Path(app.path).name: Path(app.path) for app in apps.get_app_configs()}
    return {name: path for name, path in found.items() if path.parent in (ROOT, ROOT / "sco_cities")}


def code() -> list[Path]:
    """The modules of the site itself, without tests, scripts and migrations."""
    inside = files(".py", under=("sco_cities/", "delegates/", "initiatives/"))
    return [path for path in inside if "migrations" not in path.parts]


def templates() -> list[Path]:
    return [path for path in files(".html", ".svg", ".xml", ".txt") if "templates" in path.parts]


def report(title: str, found: list[str]) -> None:
    if found:
        pytest.fail("\n  ".join([f"{title}:", *found]), pytrace=False)


def test_no_line_of_a_template_is_longer_than_200_characters():
    """A line can be broken inside an HTML tag or a trimmed text without changing the whitespace of the page."""
    # These templates have long lines, because no whitespace may separate their tags.
    unbreakable = {ROOT / "templates" / name for name in ("api/_values.html", "initiatives/_city_roles.html")}
    report("Long lines", lines_with(r"^.{201,}$", [path for path in templates() if path not in unbreakable]))


def test_the_rules_find_the_files_that_they_apply_to():
    assert {"sources", "themes", "cities", "listings", "delegates", "initiatives"} <= packages().keys()
    assert templates()
    assert files(".css")
    assert ROOT / "Makefile" in all_files()


def test_no_module_exceeds_its_maximum_length():
    paths = files(".py") + files(".css", under=("static/css/",))
    lengths = {path: text_of(path).count("\n") for path in paths if "migrations" not in path.parts}
    too_long = {path: length for path, length in lengths.items() if length > LONGEST_MODULE}
    report(
        f"Modules over {LONGEST_MODULE} lines",
        [f"{path.relative_to(ROOT)}: {length}" for path, length in too_long.items()],
    )


def test_no_module_has_a_name_without_meaning():
    vague = {"utils", "util", "helpers", "helper", "misc", "common", "managers", "services"}
    named = [path for path in files(".py") if path.stem in vague or path.parent.name in vague]
    report("Modules whose name does not say what they do", [str(path.relative_to(ROOT)) for path in named])


# Technical nouns that end like participles or gerunds.
NOUNS = {
    "highlighting",
    "housekeeping",
    "listing",
    "locking",
    "mapping",
    "publishing",
    "ranking",
    "sorting",
    "spelling",
    "throttling",
}
NOUNS |= {"modified", "querystring", "tuning"}
# Adverbs and prepositions, which are not names of things.
ADVERBS = {"abreast", "anew", "beside", "beyond", "later", "meanwhile", "once", "together"}


def test_every_module_is_named_by_a_noun():
    """`ranking` and `locking` are technical nouns. `checking`, `shown` and `meanwhile` are not.

    Migrations keep the names that Django derives from fields.
    """
    odd = []
    for path in [path for path in files(".py") if path.parent.name != "migrations"]:
        last = path.stem.split("_")[-1]
        is_verb = last.endswith(("ing", "ed")) or last in {"found", "kept", "known", "shown", "told"}
        if (is_verb and last not in NOUNS) or not ADVERBS.isdisjoint(path.stem.split("_")):
            odd.append(str(path.relative_to(ROOT)))
    report("Modules that are not named by a noun of the field", odd)


def classes() -> list[tuple[Path, ast.ClassDef]]:
    """The classes that modules of the site define, with their modules."""
    return [
        (path, node)
        for path in code()
        for node in ast.parse(text_of(path)).body
        if isinstance(node, ast.ClassDef)
    ]


def test_a_class_name_means_one_thing():
    """Each name belongs to one class, except `Command`, because Django requires it in each management command."""
    places = defaultdict(list)
    for path, node in classes():
        places[node.name].append(str(path.relative_to(ROOT)))
    twice = [
        f"{name}: {', '.join(paths)}"
        for name, paths in places.items()
        if len(paths) > 1 and name != "Command"
    ]
    report("Class names that are used more than once", twice)


def test_mixins_facets_and_exceptions_have_descriptive_names():
    """Mixins end with `Mixin`, facets end with `Facet`, and the name of an exception has at least two words."""
    from sco_cities.curation.record_admin.record_admin import RecordAdmin
    from sco_cities.facet_index.facets import Facet

    wrong = [base.__name__ for base in RecordAdmin.__bases__[:-1] if not base.__name__.endswith("Mixin")]
    kinds = [Facet]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if not kind.__name__.endswith("Facet"):
            wrong.append(kind.__name__)
    for _path, node in classes():
        bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
        if (
            bases & {"Exception", "ValueError", "LookupError"}
            and len(re.findall("[A-Z]+[a-z]*", node.name)) < 2
            and node.name != "Refused"
        ):
            wrong.append(f"{node.name}: an exception says its noun")
    report("Classes whose name does not say what they are", wrong)


def test_no_name_comes_from_a_wildcard_import():
    # Settings that extend other settings use a wildcard import, as is usual in Django.
    paths = [path for path in files(".py") if path != ROOT / "tests" / "settings.py"]
    report("Wildcard imports", lines_with(r"(?m)^ *from \S+ import \*", paths))


def test_templates_have_no_inline_style_or_script():
    # The content security policy blocks inline styles and scripts. A script element that contains data and no script is
    # allowed.
    inline = (
        r"<style\b|<[^>]*\sstyle\s*=|<[^>]*\son[a-z]+\s*=|\shx-on\b|javascript:"
        r"|<script\b(?![^>]*\b(src=|type=[\"']application/(ld\+)?json))[^>]*>"
    )
    # An e-mail has no content security policy, and cannot load a style sheet.
    pages = [path for path in templates() if path.name != "email.html"]
    report("Inline style or script", lines_with(inline, pages))


def test_pages_load_nothing_from_another_host():
    names = "|".join(map(re.escape, VOCABULARIES))
    host = rf"(?:https?:)?//(?!(?:{names})\b)[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    found = []
    for path in templates() + files(".css", ".js", ".svg", ".html", under=("static/",)):
        # The reader follows a link, but the page does not load it.
        text = re.sub(r"<a\b[^>]*>", lambda link: "\n" * link.group().count("\n"), text_of(path))
        found += [
            f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
            for match in re.finditer(host, text, re.IGNORECASE)
        ]
    report("Addresses of other hosts outside links", found)


# Modules that build HTML from strings. The top of each module gives the measured reason.
MADE_BY_HAND = (
    "sco_cities/core/form_renderer.py",
    "sco_cities/core/html.py",
    "sco_cities/listings/filter_html.py",
)


def test_nothing_is_marked_as_safe_html():
    # format_html and templates escape their values, unless a value is marked as safe.
    marks = r"\bmark_safe\b|\bSafe(String|Text)\b|\|\s*safe(seq)?\b|autoescape\s+off|\bhtml_safe\b"
    made = [path for path in code() if str(path.relative_to(ROOT)) not in MADE_BY_HAND]
    report("HTML marked as safe by hand", lines_with(marks, made + templates()))


# The packages that only curators use compare states, because their rules differ by state.
READER_PACKAGES = (
    "delegates", "initiatives",
    *(f"sco_cities/{name}" for name in (
        "api", "cities", "dashboard", "discovery", "embeds", "facet_index", "feeds", "history", "listings", "mementos",
        "reconciliation", "releases", "search", "site", "sources", "subscriptions", "themes",
    )),
)  # fmt: skip


def test_one_constant_decides_which_records_readers_see():
    # Keys of mappings, such as labels by state, are allowed.
    paths = [path for path in code() if str(path.relative_to(ROOT)).startswith(READER_PACKAGES)]
    report("Use VISIBLE of core.publication_state", lines_with(r"PublicationState\.PUBLISHED\b(?!:)", paths))


def test_no_file_names_a_package_registry():
    hosts = "|".join(rf"\b{name}\.{domain}\b" for name, domain in REGISTRIES)
    report("Hosts of package registries", lines_with(hosts, files()))


def test_no_file_names_a_directory_of_one_machine():
    paths = "|".join(rf"(?<![\w.\-/}})])/{name}/[\w.]" for name in MACHINE_DIRECTORIES)
    report("Paths of one machine", lines_with(paths, files()))


def readers_patterns(patterns, prefix=""):
    for entry in patterns:
        if getattr(entry, "app_name", None) == "admin":
            continue
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}", entry.callback
        else:
            yield from readers_patterns(entry.url_patterns, f"{prefix}{entry.pattern}")


# The only public URLs that accept POST. These URLs store submitted data or respond to a query.
TAKE_POST = {
    "correction-requests/<str:collection>/<page_name:slug>/",
    *(f"subscribe/{collection}/" for collection in (*COLLECTIONS, "<str:collection>/<page_name:slug>")),
    "subscriptions/confirm/<page_name:token>/",
    "subscriptions/<page_name:token>/",
    "mcp",
    "reconcile",
    "reconcile/",
}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_public_urls_reject_unsafe_methods(rf, method):
    """`require_safe` returns 405 before the view runs, so the views can be called without their arguments."""
    open_to_it, seen = [], 0
    for address, view in readers_patterns(get_resolver().url_patterns):
        seen += 1
        if method == "POST" and address in TAKE_POST:
            continue
        try:
            status = view(rf.generic(method, "/")).status_code
        except Exception as error:  # Any exception means that the view has run.
            status = type(error).__name__
        if status != 405:
            open_to_it.append(f"{address} answers {status}: @require_safe is missing")
    assert seen > 5
    report(f"Addresses that take {method}", open_to_it)


def test_every_kind_of_record_has_the_same_files():
    # The tables of these apps contain no records. Instead, they contain the change log, the history, marks of curators,
    # requests and subscriptions of readers, accounts, packages, imports, texts of the intake, jobs and workers.
    without_records = {
        "accounts",
        "correction_requests",
        "curation",
        "datapackage",
        "facet_index",
        "history",
        "imports",
        "intake",
        "jobs",
        "subscriptions",
    }
    apps = {n: p for n, p in packages().items() if (p / "models.py").exists() and n not in without_records}
    missing = [
        f"{path.relative_to(ROOT)}/{file}.py"
        for file in DOMAIN_FILES
        for path in apps.values()
        if not (path / f"{file}.py").exists()
    ]
    # An admin module here would import curation, which imports sources.
    missing.remove("sco_cities/sources/admin.py")
    report("Files that the other apps have", missing)


def test_every_package_has_its_tests():
    bare = []
    for name, path in packages().items():
        has_code = any(module.is_relative_to(path) and module.name != "__init__.py" for module in code())
        has_tests = any(
            test.parent == ROOT / "tests" / name for test in files(".py") if test.name.startswith("test_")
        )
        if has_code and not has_tests:
            bare.append(f"tests/{name}/")
    report("Packages without a directory of tests", bare)


def test_every_test_is_named_as_a_sentence():
    """`test_a_city_is_found_by_any_of_its_names` names the expected behaviour, while `test_search2` does not."""
    short = []
    for path in files(".py", under=("tests/",)):
        for node in ast.walk(ast.parse(text_of(path))):
            name = node.name if isinstance(node, ast.FunctionDef) else ""
            if name.startswith("test_") and name.count("_") < 3:
                short.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
    report("Tests whose name is no sentence", short)


def test_the_import_contracts_hold():
    # The linter runs in a separate process, because it configures logging.
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(
        [*lint, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_no_modules_import_each_other_in_a_circle():
    """Checks the imports at the top of modules, inside functions and for type checking."""
    graph = build_graph("sco_cities", "delegates", "initiatives", cache_dir=None)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        pytest.fail(f"Modules in a circle: {' <- '.join(error.args[1])}", pytrace=False)


def test_the_documents_name_only_commands_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    found = []
    for path in files(".md"):
        text = text_of(path)
        # Only code is searched, because "make" is also an ordinary word.
        for match in re.finditer(r"(?:`|^ {4,}|^)make ([a-z-]+)(?=[ `\n])", text, re.MULTILINE):
            in_block = text.count("```", 0, match.start()) % 2 == 1
            if (match.group().startswith(("`", "    ")) or in_block) and match.group(1) not in targets:
                found.append(f"{path.relative_to(ROOT)}: make {match.group(1)}")
    assert len(targets) > 3
    report("Make targets that the Makefile does not have", found)
