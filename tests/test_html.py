"""Every shape of page is HTML as the standard has it.

`make html` asks the Nu HTML checker as well; what it has found stays mended without it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse

from tests import page_catalogue
from tests.curation.admin_client import act, address, filled_in
from tests.curation.test_accessibility import addresses, desk  # noqa: F401 - a fixture
from tests.history.snapshots import edit
from tests.html_lint import faults

# Where the checker's jar is: `make html` says so.
NU = os.environ.get("NU")
LANGUAGES = ["", "/ru", "/zh-hans"]
PAGES = [
    *page_catalogue.OF_READERS,
    *(f"/{name}/?view={view}&q=city" for name in page_catalogue.LISTS for view in ("cards", "brief")),
]


def found_in(pages: dict[str, str], folder: Path) -> list[str]:
    """What is wrong with the pages, by address."""
    found = [f"{place}: {fault}" for place, html in pages.items() for fault in faults(html)]
    return found + (nu(pages, folder) if NU else [])


def nu(pages: dict[str, str], folder: Path) -> list[str]:
    """What the checker says of the pages, errors and warnings."""
    names = {}
    for place, html in pages.items():
        names[f"{len(names):03}.html"] = place
        (folder / f"{len(names) - 1:03}.html").write_text(html)
    done = subprocess.run(
        ["java", "-jar", NU, "--format", "json", "--exit-zero-always", "--no-langdetect", "--stdout", str(folder)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [
        f"{names[Path(found['url']).name]}: {found['type']}: {found['message']} {found.get('extract', '')!r}"
        for found in json.loads(done.stdout)["messages"]
    ]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<p><label for="a">A</label> <input id="a"><time datetime="2025-05">May</time></p>', []),
        ("<ul><li><a href='/'><div>A</div></a></li></ul><svg><path/></svg>", []),
        ("<p><ul><li>A</li></ul></p>", ["<ul> inside <p> (line 1)"]),
        ("<div><li>A</li></div>", ["<li> inside <div> (line 1)"]),
        ("<a href='/'><button>A</button></a>", ["<button> inside a link or a button (line 1)"]),
        ("<div>\n<span>A</div>", ["<span> not closed before </div> (line 2)"]),
        ("</p>", ["</p> of nothing (line 1)"]),
        ("<i id='a'></i><b id='a'></b>", ["a second #a (line 1)"]),
        ("<span aria-label='a'>A</span>", ["a name on <span> without a role (line 1)"]),
        ("<div disabled>A</div>", ["disabled on <div> (line 1)"]),
        ("<p hx-get='/'>A</p>", ["hx-get on <p> (line 1)"]),
        ("<img src='/a.png'>", ["<img> without alt (line 1)"]),
        ("<time datetime='2025-05-01T10:00:00.123456+00:00'>A</time>",
         ["<time datetime=2025-05-01T10:00:00.123456+00:00> (line 1)"]),
        ("<select><option value=''></option></select>", ["an empty <option> (line 1)"]),
        ("<select required></select>", ["a required <select> without options (line 1)"]),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td></tr></table>",
         ["a table with rows of different widths (line 1)"]),
        ("<label for='a'>A</label>", ["for of <label> names #a, which is not there"]),
        ("<label for='a'>A</label><input type='hidden' id='a'>",
         ["for of <label> names #a, which is no control that is seen"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_page_is_told(html, found):
    assert faults(html) == found


# What a page is made of does not depend on the engine.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_readers_is_as_the_standard_has_it(loaded, client, tmp_path, language):
    pages = {}
    for shape in PAGES:
        response = client.get(f"{language}{shape}")
        assert response.status_code == (404 if "/nowhere/" in shape else 200), shape
        pages[f"{language}{shape}"] = response.content.decode()
    wrong = found_in(pages, tmp_path)
    assert wrong == [], "\n".join(wrong)


def answers(desk) -> dict[str, str]:  # noqa: F811
    """The pages that answer a form: with what is wrong in it, or with a question."""
    client, form = desk.client, address(desk.lamps, "change")
    sent = filled_in(client.get(form)) | {"title_en": "", "ends_on": "soon"}
    late = filled_in(client.get(form)) | {"title_en": "My lamps"}
    pages = {"with errors": client.post(form, sent)}
    pages |= {
        action: act(client, action, [desk.lamps])
        for action in ("delete_selected", "edit_many", "withdraw", "add_source")
    }
    edit(desk.lamps, title_en="Their lamps")
    pages["too late"] = client.post(form, late)
    pages["logged out"] = client.post(reverse("admin:logout"))
    pages["not logged in"] = client.post(
        reverse("admin:login"), {"username": "nobody", "password": "nothing"}
    )
    assert {name: page.status_code for name, page in pages.items() if page.status_code != 200} == {}
    return {name: page.content.decode() for name, page in pages.items()}


@pytest.mark.only_on("sqlite")
def test_every_page_of_the_admin_is_as_the_standard_has_it(desk, tmp_path):  # noqa: F811
    pages = {place: desk.client.get(place).content.decode() for place in addresses(desk)} | answers(desk)
    wrong = found_in(pages, tmp_path)
    assert wrong == [], "\n".join(wrong)
