"""`collectstatic` bundles and minifies the project's static files."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.files.storage import FileSystemStorage

from sco_cities.ops import static_storage
from sco_cities.ops.fonts import FONTS, font_faces
from sco_cities.ops.static_storage import bundle

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "static"
STYLE_SHEETS = sorted(str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.css"))
SCRIPTS = sorted(str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.js"))


@pytest.fixture(scope="module")
def hashed_names(collected):
    return json.loads((collected / "staticfiles.json").read_text())["paths"]


def source_of(name: str) -> str:
    return (SOURCES / name).read_text()


IMPORTED = {
    each for name in STYLE_SHEETS + SCRIPTS for each in static_storage.imported_files(name, source_of(name))
}
ENTRIES = [name for name in SCRIPTS if name not in IMPORTED]


@pytest.mark.parametrize("name", [name for name in STYLE_SHEETS if name not in IMPORTED])
def test_a_style_sheet_is_served_minified_with_its_imports(collected, hashed_names, name):
    expected = static_storage.minify_style_sheet(str(SOURCES / name))
    if static_storage.TOKENS in static_storage.imported_files(name, source_of(name)):
        expected = font_faces() + expected
    assert "/*" not in expected and "\n" not in expected.strip() and "@import" not in expected
    names = [name, *static_storage.imported_files(name, source_of(name))]
    assert len(expected) < 0.9 * sum(len(source_of(each)) for each in names)
    for served in (name, hashed_names[name]):
        if served != name:
            for font in FONTS:
                expected = expected.replace(font.name, hashed_names[font.name])
        assert (collected / served).read_text() == expected
        assert gzip.decompress((collected / f"{served}.gz").read_bytes()).decode() == expected


@pytest.mark.parametrize("name", ENTRIES)
def test_a_script_is_served_with_its_imports_and_without_comments(collected, hashed_names, name):
    served = (collected / hashed_names[name]).read_text()
    assert served == (collected / name).read_text()
    assert served == static_storage.minify_script(bundle(name, source_of), name)
    lines = served.splitlines()
    assert lines == [line.strip() for line in lines]
    assert not [line for line in lines if not line or line.startswith(("//", "import ", "export "))]


def test_only_scripts_that_no_other_script_imports_are_served(collected):
    served = {str(path.relative_to(collected)) for path in (collected / "js").rglob("*.js")}
    assert {name for name in served if not re.search(r"\.[0-9a-f]{12}\.js$", name)} == {
        name for name in ENTRIES if name.startswith("js/")
    }


def test_every_script_that_is_served_is_loaded_by_some_page():
    templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    loaded = re.findall(r"""<script type="module" src="{% static '([^']+)' %}""", templates)
    assert sorted(name for name in set(loaded) if name.startswith("js/")) == [
        name for name in ENTRIES if name.startswith("js/")
    ]


def test_files_of_other_packages_are_served_as_they_were_released(collected):
    stock = Path(admin.__file__).parent / "static" / "admin"
    for name in ("css/base.css", "js/core.js"):
        assert (collected / "admin" / name).read_bytes() == (stock / name).read_bytes()


def test_a_malformed_style_sheet_is_rejected_with_its_name_and_line(tmp_path):
    (tmp_path / "main.css").write_text('@import "site.css";\n')
    (tmp_path / "site.css").write_text("a { color: red }\nb { color red }")
    with pytest.raises(ValueError, match=r"site\.css:1:"):
        static_storage.minify_style_sheet(str(tmp_path / "main.css"))


def test_a_template_literal_over_several_lines_is_rejected():
    with pytest.raises(ValueError, match=r"js/menu\.js crosses lines"):
        static_storage.minify_script("const text = `one\n  two`;\n", "js/menu.js")


def test_only_comment_lines_and_indentation_are_removed_from_scripts():
    script = '// What it does.\nif (a) {\n\n  // Why.\n  open("//x", `/* ${b} */`); // how\n}\n'
    expected = 'if (a) {\nopen("//x", `/* ${b} */`); // how\n}\n'
    assert static_storage.minify_script(script, "js/menu.js") == expected


def test_a_link_made_by_collectstatic_is_replaced_and_its_source_stays(settings, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    (source / "a.css").write_text("a {\n  color: red;\n}\n")
    (target / "a.css").symlink_to(source / "a.css")
    settings.STATICFILES_DIRS = [source]
    storage = static_storage.MinifyingStaticFilesStorage(location=target)
    list(storage.post_process({"a.css": (FileSystemStorage(location=source), "a.css")}))
    assert (source / "a.css").read_text() == "a {\n  color: red;\n}\n"
    assert (target / "a.css").read_text() == "a{color:red}"


def test_a_class_that_a_template_gives_to_its_record_page_is_in_the_style_sheet():
    """The class is in a block, so a search for class="…" does not find it."""
    root = Path(__file__).resolve().parents[2]
    style_sheet = static_storage.minify_style_sheet(str(SOURCES / "css" / "main.css"))
    blocks = [
        block
        for path in (root / "templates").rglob("*.html")
        for block in re.findall(r"{% block class %}([^{]+){% endblock %}", path.read_text(encoding="utf-8"))
    ]
    names = {name for block in blocks for name in block.split()}
    assert {"profile", "report-page"} <= names
    assert {name for name in names if not re.search(rf"\.{name}\b", style_sheet)} == set()
