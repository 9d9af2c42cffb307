"""Every kind of page is valid HTML. `make html` also runs the Nu HTML checker."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from initiatives.models import Initiative
from tests import factories as make
from tests import page_catalogue
from tests.accounts.login_steps import Person, make_older
from tests.curation.admin_client import admin_url, form_data, page_after_action
from tests.curation.test_accessibility import data, urls  # noqa: F401 - a fixture
from tests.history.snapshots import edit
from tests.html_lint import lint_errors

# The path of the checker's jar, set by `make html`.
NU = os.environ.get("NU")
LANGUAGES = ["", "/ru", "/zh-hans"]
PAGES = [
    *page_catalogue.PUBLIC_PAGES,
    *(f"/{name}/?view={view}&q=city" for name in page_catalogue.LISTS for view in ("cards", "brief")),
]


def html_errors(pages: dict[str, str], folder: Path) -> list[str]:
    """The HTML errors of pages, by URL."""
    errors = [f"{url}: {error}" for url, html in pages.items() for error in lint_errors(html)]
    return errors + (nu_messages(pages, folder) if NU else [])


def nu_messages(pages: dict[str, str], folder: Path) -> list[str]:
    """The errors and warnings of the Nu HTML checker for pages."""
    names = {}
    for url, html in pages.items():
        names[f"{len(names):03}.html"] = url
        (folder / f"{len(names) - 1:03}.html").write_text(html)
    process = subprocess.run(
        ["java", "-jar", NU, "--format", "json", "--exit-zero-always", "--no-langdetect", "--stdout", str(folder)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [
        f"{names[Path(message['url']).name]}: {message['type']}: {message['message']} {message.get('extract', '')!r}"
        for message in json.loads(process.stdout)["messages"]
    ]


@pytest.mark.parametrize(
    ("html", "errors"),
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
        ("<a href='#'>A</a> <a href='#%D0%B0'>A</a> <p id='а'>A</p>", []),
        ("<a href='#rows'>A</a> <a href='/#rows'>A</a>", ["href of <a> names #rows, which is not there"]),
        ("<label for='a'>A</label><input type='hidden' id='a'>",
         ["for of <label> names #a, which is no control that is seen"]),
    ],
)  # fmt: skip
def test_the_linter_reports_errors(html, errors):
    assert lint_errors(html) == errors


# Pages as of past dates need records that existed on those dates, so tests/mementos/ checks their HTML.
CHECKED_ELSEWHERE = ("admin/", "imports/", "mementos/")


# The HTML is the same on both database engines.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_is_valid_html_and_renders_its_template(
    loaded_package, client, tmp_path, settings, language
):
    settings.SENDS_EMAIL = True
    with translation.override(language.removeprefix("/") or "en"):
        subscription = make.make_subscription(Initiative.objects.get(slug="astana-lrt"))
        of_subscriptions = [
            reverse("subscription-asked"), subscription.confirm_path, subscription.subscriber.unsubscribe_path,
        ]  # fmt: skip
    correction = make.make_correction_request(
        Initiative.objects.first(), state="declined", answer="No.\nNever."
    )
    form = f"{language}/correction-requests/initiatives/astana-lrt/"
    pages = {}
    with page_catalogue.templates_rendered() as rendered:
        for url in (*PAGES, f"/correction-requests/sent/{correction.reference}/"):
            response = client.get(f"{language}{url}")
            assert response.status_code == (404 if "/nowhere/" in url else 200), url
            pages[f"{language}{url}"] = response.content.decode()
        pages |= {url: client.get(url).content.decode() for url in of_subscriptions}
        wrong = {"text": "", "address": "nowhere at all", "email": "nobody", "subject": "Lamps", "value": "x"}
        pages[form] = client.post(form, wrong).content.decode()
    errors = html_errors(pages, tmp_path)
    assert errors == [], "\n".join(errors)
    not_rendered = page_catalogue.page_templates() - rendered
    assert {name for name in not_rendered if not name.startswith(CHECKED_ELSEWHERE)} == set()


def second_factor_pages(data) -> dict:  # noqa: F811
    """The pages for the second factor, from its set-up to a repeated request for a code."""
    client = Client()
    with override_settings(SECOND_FACTOR="staff"):
        client.force_login(data.client.user)
        pages = {"set-up": client.get("/admin/second-factor/set-up/")}
        client.post("/admin/second-factor/set-up/")
        pages["secret"] = client.get("/admin/second-factor/set-up/")
        pages["wrong code"] = client.post("/admin/second-factor/set-up/", {"code": "no"})
        person = Person(data.client.user.username, client.session["login_new_authenticator"])
        pages["recovery codes"] = client.post("/admin/second-factor/set-up/", {"code": person.code()})
        pages["account"] = client.get("/admin/account/")
        make_older(client, 16 * 60, "code_at")
        pages["code again"] = client.post("/admin/auth/group/add/", {"name": "guests"})
        client.force_login(data.client.user)
        pages["code"] = client.get("/admin/second-factor/")
    return pages


def form_responses(data) -> dict[str, str]:  # noqa: F811
    """Pages that respond to a form with errors or with a confirmation."""
    client, form = data.client, admin_url(data.lamps, "change")
    invalid = form_data(client.get(form)) | {"title_en": "", "ends_on": "soon"}
    outdated = form_data(client.get(form)) | {"title_en": "My lamps"}
    pages = {"with errors": client.post(form, invalid)}
    pages |= {
        action: page_after_action(client, action, [data.lamps])
        for action in ("delete_selected", "edit_many", "withdraw", "add_source")
    }
    edit(data.lamps, title_en="Their lamps")
    pages["edit conflict"] = client.post(form, outdated)
    theme = make.make_theme("short-lived", state="draft")
    short_lived = form_data(client.get(admin_url(theme, "change")))
    theme.delete()
    pages["deleted record"] = client.post(admin_url(theme, "change"), short_lived)
    pages["together"] = client.get(reverse("admin:review_together", args=["change", data.birth.pk]))
    pages |= second_factor_pages(data)
    pages["logged out"] = client.post(reverse("admin:logout"))
    pages["not logged in"] = client.post(
        reverse("admin:login"), {"username": "nobody", "password": "nothing"}
    )
    assert {name: page.status_code for name, page in pages.items() if page.status_code != 200} == {}
    pages["carried form"] = client.post(form, outdated)
    assert pages["carried form"].status_code == 403
    return {name: page.content.decode() for name, page in pages.items()}


@pytest.mark.only_on("sqlite")
def test_every_admin_page_is_valid_html_and_renders_its_template(data, tmp_path):  # noqa: F811
    with page_catalogue.templates_rendered() as rendered:
        pages = {url: data.client.get(url).content.decode() for url in urls(data)} | form_responses(data)
    errors = html_errors(pages, tmp_path)
    assert errors == [], "\n".join(errors)
    not_rendered = page_catalogue.page_templates() - rendered
    assert {name for name in not_rendered if name.startswith(("admin/", "imports/"))} == set()
