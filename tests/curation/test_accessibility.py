"""Every shape of page that the admin has, before axe: on a wide screen and a phone, light and dark.

A new page template has to be opened here: the last check names those that were not.
"""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from delegates.models import Statement
from sco_cities.cities.models import City
from sco_cities.curation.admin.pages import ADMIN_PAGES
from sco_cities.history.models import RevertJob
from sco_cities.imports.models import ImportJob
from sco_cities.sources.models import Evidence, Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests import page_catalogue
from tests.curation.admin_client import address, client_of, filled_in
from tests.history.snapshots import created, edit
from tests.imports.test_pages import checked, upload

SHEET = b"slug,title_en,themes\r\nbright-lamps,Brighter lamps,\r\ndim-lamps,,no-such-theme\r\n"
# The folders that hold the admin's templates.
ROOMS = ("admin/", "packages/")


@pytest.fixture
def desk(editable_site):
    """An administrator's client, and records that give every page something to show."""
    client = client_of("administrator", "ada")
    client.user.set_password("a-password-for-tests-only")
    client.user.save()
    client.force_login(client.user)
    lamps, birth = created(
        make.make_initiative,
        "bright-lamps",
        lead=[make.make_city()],
        themes=[make.make_theme()],
        sourced=True,
    )
    make.make_figure(lamps)
    make.make_evidence(lamps, "status", stance="differs", reported_value="stalled")
    edit(lamps, title_en="Brighter lamps", starts_on="2023", reason="A better name")
    gone, _ = created(make.make_theme, "gone-lamps", state="draft")
    client.post(address(gone, "delete"), filled_in(client.get(address(gone, "delete"))))
    assert not Theme.objects.filter(pk=gone.pk).exists()
    first, second = (make.make_city(slug, name_en=slug.title()) for slug in ("betaville", "betavile"))
    client.post(reverse("admin:tell_apart", args=["cities", first.pk, make.make_city().pk]))
    waiting = make.make_theme("waiting-lamps", state="in_review")
    upload(client, SHEET)
    checked(client, SHEET)
    return SimpleNamespace(
        client=client, lamps=lamps, birth=birth, first=first, second=second, waiting=waiting,
        columns=ImportJob.objects.order_by("pk").first(), preview=ImportJob.objects.order_by("pk").last(),
    )  # fmt: skip


def addresses(desk) -> Iterator[str]:
    """The pages that an address opens."""
    lamps = desk.lamps
    yield from (reverse(f"admin:{name}") for name in ("index", "password_change", "password_change_done"))
    yield reverse("admin:app_list", args=["initiatives"])
    yield from (reverse(desk.url_name) for desk in ADMIN_PAGES)
    # The last page of a list has all that the first has, and few rows: time goes by the row.
    yield from (
        f"{address(lamps)}{query}" for query in ("?p=5", "?q=lamps&state__exact=published", "?q=nothing")
    )
    yield from (address(model, "add") for model in (type(lamps), City, Statement, Report))
    yield f"{address(Theme, 'add')}?_popup=1"
    yield from (address(lamps, page) for page in ("change", "delete", "history"))
    yield f"{address(lamps, 'history')}?since={lamps.pk}"
    yield address(make.make_report().passages.first(), "change")
    yield from (f"{address(Evidence)}?q=lamps", address(Evidence.objects.last(), "change"))
    yield f"{reverse('admin:cities_city_gazetteer')}?q=dushanbe"
    yield f"{reverse('admin:add_evidence', args=['initiatives', lamps.pk])}?field=status&q=lamps"
    yield reverse("admin:review_record", args=["themes", desk.waiting.pk])
    yield reverse("admin:health_queue", args=["initiatives", "undated"])
    yield from (reverse(f"admin:{name}") for name in ("deleted_records", "told_apart"))
    yield from (reverse(f"admin:{name}", args=[desk.birth.pk]) for name in ("change_set", "take_back"))
    yield reverse(
        "admin:being_taken_back",
        args=[RevertJob.objects.create(change_set=desk.birth, seen=0, records=1).pk],
    )
    yield reverse("admin:merge", args=["cities", desk.first.pk, desk.second.pk])
    yield reverse("admin:import_columns", args=[desk.columns.pk])
    yield reverse("admin:import", args=[desk.preview.pk])
    yield from (
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        f"/admin/auth/user/{desk.client.user.pk}/change/",
    )
    yield from (f"/admin/auth/user/{desk.client.user.pk}/password/", "/admin/auth/group/add/")
    yield from ("/admin/nowhere/", "/admin/axes/accesslog/add/")


def a_form_with_errors(page: Page, desk) -> None:
    page.goto(address(desk.lamps, "change"))
    page.get_by_role("textbox", name="Title in English").fill("")
    page.get_by_role("textbox", name="Ends on").fill("soon")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".errornote")).to_be_visible()


def an_open_choice(page: Page, desk) -> None:
    page.goto(address(desk.lamps, "change"))
    page.locator(".field-countries .select2-selection").click()
    expect(page.locator(".select2-results__option").first).to_be_visible()


def an_action(name: str):
    """The page that asks before the action is done to what was chosen in the list."""

    def open_page(page: Page, desk) -> None:
        page.goto(f"{address(desk.lamps)}?q=bright-lamps")
        page.locator("#result_list tbody [type=checkbox]").first.check()
        page.get_by_label("Action:").select_option(name)
        page.locator("[name=index]").first.click()
        expect(page.locator("#content form [type=submit]").first).to_be_visible()

    return open_page


def a_form_that_comes_too_late(page: Page, desk) -> None:
    page.goto(address(desk.lamps, "change"))
    page.get_by_role("textbox", name="Title in English").fill("My lamps")
    edit(desk.lamps, title_en="Their lamps")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".meanwhile fieldset").first).to_be_visible()


def a_form_of_what_is_gone(page: Page, desk) -> None:
    theme = make.make_theme("short-lived", state="draft")
    page.goto(address(theme, "change"))
    Theme.objects.filter(pk=theme.pk).delete()
    page.locator("[name=_save]").first.click()
    expect(page.locator(".meanwhile")).to_be_visible()


def logged_out(page: Page, desk) -> None:
    page.goto(reverse("admin:index"))
    page.locator("#logout-form button").click()
    expect(page.locator("#user-tools")).to_have_count(0)


def the_login_that_fails(page: Page, desk) -> None:
    page.goto(reverse("admin:login"))
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("nothing")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".errornote")).to_be_visible()


STEPS = (
    a_form_with_errors, an_open_choice, *map(an_action, ("delete_selected", "edit_many", "withdraw", "add_source")),
    a_form_that_comes_too_late, a_form_of_what_is_gone, logged_out, the_login_that_fails,
)  # fmt: skip


# What a page looks like does not depend on the engine; the journeys run on both.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_the_admin_has_anything_that_axe_finds_or_is_wider_than_the_screen(
    page, live_site, desk, width
):
    page.set_viewport_size({"width": width, "height": 844})
    page.context.add_cookies(
        [{"name": "sessionid", "value": desk.client.cookies["sessionid"].value, "url": live_site.url}]
    )
    wrong = []
    with page_catalogue.templates_rendered() as rendered:
        for place in addresses(desk):
            page.goto(place)
            wrong += [f"{place}: {found}" for found in page_catalogue.wrong_with(page)]
        for step in STEPS:
            step(page, desk)
            wrong += [f"{step.__name__}: {found}" for found in page_catalogue.wrong_with(page)]
    assert wrong == [], "\n".join(wrong)
    pages = {name for name in page_catalogue.page_templates() if name.startswith(ROOMS)}
    assert pages - rendered == set()
