"""Checks every kind of page in the admin with axe on a wide screen and a phone, light and dark."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from delegates.models import Statement
from sco_cities.admin_framework.pages import ADMIN_PAGES
from sco_cities.cities.models import City
from sco_cities.history.models import RevertJob
from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.imports.grid import open_grid
from sco_cities.imports.models import ImportJob
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests import page_catalogue
from tests.curation.admin_client import admin_url, client_with_role, form_data
from tests.extent import share
from tests.history.snapshots import create_recorded, edit
from tests.imports.import_pages import checked, upload
from tests.intake.page_steps import decide
from tests.intake.reports import read_report, subject

SHEET = b"slug,title_en,themes,Link\r\nbright-lamps,Brighter lamps,,\r\ndim-lamps,,no-such-theme,https://a.example/1\r\n"


@pytest.fixture
def data(editable_site, settings):
    """A client of an administrator, and records for every page."""
    client = client_with_role("administrator", "ada")
    # With an e-mail address, the page of the account shows the form for e-mails.
    settings.SENDS_EMAIL, client.user.email = True, "ada@example.org"
    client.user.save()
    client.force_login(client.user)
    lamps, birth = create_recorded(
        make.make_initiative,
        "bright-lamps",
        lead=[make.make_city()],
        themes=[make.make_theme()],
        sourced=True,
    )
    make.make_figure(lamps)
    make.make_evidence(lamps, "status", stance="differs", reported_value="stalled")
    edit(lamps, title_en="Brighter lamps", starts_on="2023", reason="A better name")
    gone, _ = create_recorded(make.make_theme, "gone-lamps", state="draft")
    client.post(admin_url(gone, "delete"), form_data(client.get(admin_url(gone, "delete"))))
    assert not Theme.objects.filter(pk=gone.pk).exists()
    first, second = (make.make_city(slug, name_en=slug.title()) for slug in ("betaville", "betavile"))
    client.post(reverse("admin:mark_not_duplicates", args=["cities", first.pk, make.make_city().pk]))
    waiting = make.make_theme("waiting-lamps", state="in_review")
    upload(client, SHEET)
    checked(client, SHEET)
    intake = read_report(user=client.user)
    decide(client, subject(intake, "statement"), "accept")
    return SimpleNamespace(
        client=client, intake=intake, lamps=lamps, birth=birth, first=first, second=second, waiting=waiting,
        columns=ImportJob.objects.order_by("pk").first(), preview=ImportJob.objects.order_by("pk").last(),
    )  # fmt: skip


def urls(data) -> Iterator[str]:
    """The URLs of the pages that a GET request opens."""
    lamps = data.lamps
    yield from (
        reverse(f"admin:{name}") for name in ("index", "account", "password_change", "password_change_done")
    )
    yield reverse("admin:app_list", args=["initiatives"])
    yield from (reverse(page.url_name) for page in ADMIN_PAGES)
    # The last page of a list contains the same elements as the first page, but fewer rows, so checking it is faster.
    yield from (
        f"{admin_url(lamps)}{query}" for query in ("?p=5", "?q=lamps&state__exact=published", "?q=nothing")
    )
    yield from (admin_url(model, "add") for model in (type(lamps), City, Statement, Report))
    yield f"{admin_url(Theme, 'add')}?_popup=1"
    yield from (admin_url(lamps, page) for page in ("change", "delete", "history"))
    yield f"{admin_url(lamps, 'history')}?since={lamps.pk}"
    yield admin_url(make.make_report().passages.first(), "change")
    yield f"{reverse('admin:cities_city_gazetteer')}?q=dushanbe"
    yield f"{reverse('admin:search')}?q=lamps"
    yield f"{reverse('admin:add_evidence', args=['initiatives', lamps.pk])}?field=status&q=lamps"
    yield reverse("admin:review_record", args=["themes", data.waiting.pk])
    make.make_comment(lamps, data.client.user)
    yield reverse("admin:record_comments", args=["initiatives", lamps.pk])
    yield f"{reverse('admin:translate')}?kind=initiatives-title&language=ru&show=all"
    yield reverse("admin:data_quality_queue", args=["initiatives", "undated"])
    yield from (reverse(f"admin:{name}") for name in ("deleted_records", "not_duplicates"))
    yield from (reverse(f"admin:{name}", args=[data.birth.pk]) for name in ("change_set", "revert"))
    yield reverse(
        "admin:revert_progress",
        args=[RevertJob.objects.create(change_set=data.birth, seen=0, records=1).pk],
    )
    yield reverse("admin:merge", args=["cities", data.first.pk, data.second.pk])
    yield reverse("admin:intake_add")
    yield from (reverse(f"admin:intake_{name}", args=[data.intake.pk]) for name in ("page", "write"))
    yield f"{reverse('admin:intake_hand', args=[data.intake.pk])}?kind=initiative&passage=2"
    yield reverse("admin:import_columns", args=[data.columns.pk])
    grid = open_grid(IMPORTABLE_MODELS["initiatives"], [lamps.slug], data.client.user)
    yield reverse("admin:import_grid", args=[grid.pk])
    yield from (reverse(f"admin:{name}", args=[data.preview.pk]) for name in ("import", "import_source"))
    yield from (
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        f"/admin/auth/user/{data.client.user.pk}/change/",
    )
    yield from (f"/admin/auth/user/{data.client.user.pk}/password/", "/admin/auth/group/add/")
    yield from ("/admin/nowhere/", "/admin/accounts/securityevent/")
    correction = make.make_correction_request(lamps, address="https://gazette.example/lamps")
    yield from (admin_url(correction), admin_url(correction, "change"))


def form_with_errors(page: Page, data) -> None:
    page.goto(admin_url(data.lamps, "change"))
    page.get_by_role("textbox", name="Title in English").fill("")
    page.get_by_role("textbox", name="Ends on").fill("soon")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".errornote")).to_be_visible()


def open_autocomplete(page: Page, data) -> None:
    page.goto(admin_url(data.lamps, "change"))
    page.locator(".field-countries .select2-selection").click()
    expect(page.locator(".select2-results__option").first).to_be_visible()


def action_page(name: str):
    """The confirmation page of an action."""

    def open_page(page: Page, data) -> None:
        page.goto(f"{admin_url(data.lamps)}?q=bright-lamps")
        page.locator("#result_list tbody [type=checkbox]").first.check()
        page.get_by_label("Action:").select_option(name)
        page.locator("[name=index]").first.click()
        expect(page.locator("#content form [type=submit]").first).to_be_visible()

    return open_page


def edit_conflict(page: Page, data) -> None:
    page.goto(admin_url(data.lamps, "change"))
    page.get_by_role("textbox", name="Title in English").fill("My lamps")
    edit(data.lamps, title_en="Their lamps")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".edit-conflict fieldset").first).to_be_visible()


def form_of_a_deleted_record(page: Page, data) -> None:
    theme = make.make_theme("short-lived", state="draft")
    page.goto(admin_url(theme, "change"))
    Theme.objects.filter(pk=theme.pk).delete()
    page.locator("[name=_save]").first.click()
    expect(page.locator(".edit-conflict")).to_be_visible()


def logged_out(page: Page, data) -> None:
    page.goto(reverse("admin:index"))
    page.locator("#logout-form button").click()
    expect(page.locator("#user-tools")).to_have_count(0)


def failed_login(page: Page, data) -> None:
    page.goto(reverse("admin:login"))
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("nothing")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".errornote")).to_be_visible()


STEPS = (
    form_with_errors, open_autocomplete, *map(action_page, ("delete_selected", "edit_many", "withdraw", "add_source")),
    edit_conflict, form_of_a_deleted_record, logged_out, failed_login,
)  # fmt: skip


WIDTHS = (1280, 390)


@pytest.mark.parametrize("width", WIDTHS)
def test_admin_pages_have_no_axe_violations_and_fit_the_screen(page, live_site, data, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.context.add_cookies(
        [{"name": "sessionid", "value": data.client.cookies["sessionid"].value, "url": live_site.url}]
    )
    wrong = []
    for number, url in enumerate(share(list(urls(data)), WIDTHS.index(width), len(WIDTHS))):
        page.goto(url)
        wrong += [f"{url}: {error}" for error in page_catalogue.page_errors(page, number=number)]
    *others, log_out, log_in = STEPS
    for number, step in enumerate((*share(others, WIDTHS.index(width), len(WIDTHS)), log_out, log_in)):
        step(page, data)
        errors = page_catalogue.page_errors(page, number=number)
        wrong += [f"{step.__name__}: {error}" for error in errors]
    assert wrong == [], "\n".join(wrong)
