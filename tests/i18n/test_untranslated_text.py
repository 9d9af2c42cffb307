"""Whatever pages say is wrapped: with every message in brackets, nothing English stands outside of them."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from .pseudolocale import NAMES, ROOMS, WORD, brackets, unwrapped

LISTS = ("initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports")
PAGES = {
    "/": 200,
    "/about/": 200,
    "/search/": 200,
    "/search/?q=moscow": 200,
    "/search/?q=atlantis": 200,
    "/search/?q=%D0%B4%D1%83%D1%88%D0%B0%D0%BD%D0%B1": 200,
    "/search/suggestions/?q=tian": 200,
    **{f"/{name}/": 200 for name in LISTS},
    "/recent/": 200,
    "/initiatives/?view=cards&per_page=20": 200,
    "/initiatives/?view=brief&country=kg&started=2020/2024": 200,
    "/cities/?view=brief&country=kg": 200,
    "/events/?view=brief&country=kg": 200,
    "/initiatives/?country=kz&status=agreed&status=-stalled&theme=youth-exchange&year_from=2020&q=city": 200,
    "/initiatives/?country=by&status=stalled": 200,
    "/initiatives/?status=certain&year_from=soon&country=kg&sort=luck&page=0": 200,
    "/initiatives/?evidence=disputed&report=nothing": 200,
    "/initiatives/?page=4000": 200,
    "/initiatives/dushanbe-smart-city-projects/": 200,
    "/cities/tianjin/": 200,
    "/countries/kg/": 200,
    "/events/gmd-2025/": 200,
    "/map/": 200,
    "/map/?country=kg&status=agreed": 200,
    "/map/?country=nowhere": 200,
    "/matrix/": 200,
    "/matrix/?of=countries": 200,
    "/matrix/?country=nowhere": 200,
    "/themes/digital-government/": 200,
    "/organisations/byd/": 200,
    "/delegates/aibek-dzhunushaliev/": 200,
    "/reports/24kg-20190211/": 200,
    "/nowhere/": 404,
}


# What is not the interface's: addresses, what was typed, and names that are Latin in Russian too.
ADDRESS = re.compile(r"https?://\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\b|\bCC0\b|· KG ·")
TYPED = {"certain", "soon", "nothing", "nowhere", "city"}


@pytest.fixture
def bracketed():
    with brackets():
        yield


@pytest.fixture
def names(loaded):
    """The names, titles and texts of records that stand on Russian pages as they are, also where no element can tell
    their language."""
    fields = {"name_ru", "title_ru", "summary_ru", "name_en", "title", "description", "role", "publisher"}
    named = {
        name
        for model in apps.get_models()
        for field in fields & {field.name for field in model._meta.local_concrete_fields}
        for name in model.objects.values_list(field, flat=True)
    }
    return sorted(filter(WORD.search, named), key=len, reverse=True)


def left_of(line: str, names: list[str]) -> str:
    """What a line says besides names and addresses."""
    for name in names:
        line = line.replace(name, "")
    return ADDRESS.sub("", NAMES.sub("", line))


@pytest.mark.parametrize(("address", "status"), PAGES.items())
def test_nothing_that_a_page_says_is_unwrapped(names, client, bracketed, address, status):
    response = client.get(f"/ru{address}")
    assert response.status_code == status
    said = [line for line in unwrapped(response.content.decode()) if line not in TYPED]
    assert [line for line in said if WORD.search(left_of(line, names))] == []


DESKS = (
    "",
    "review/",
    "my-records/",
    "health/",
    "duplicates/",
    "duplicates/two/",
    "changes/",
    "changes/deleted/",
    "imports/",
)
# Django says "Search" of a picture, and a package is called so; character sets have one name.
OF_OTHERS = {"Search", "Axes", "UTF-8", "UTF-16", "Windows-1251", "GB18030 / GBK"}


def admin_pages():
    yield from (f"/admin/{desk}" for desk in DESKS)
    for model in admin.site._registry:
        if model.__module__.startswith(ROOMS) and model._meta.app_label != "auth":
            options = model._meta
            yield reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
            yield reverse(f"admin:{options.app_label}_{options.model_name}_add")


def test_nothing_that_the_admin_says_is_unwrapped(db, client, django_user_model, bracketed):
    """On a database without records: what is then said is the interface's."""
    client.force_login(django_user_model.objects.create_superuser("куратор"))
    client.cookies["django_language"] = "ru"
    found = {}
    for address in admin_pages():
        response = client.get(address)
        # What is edited on the page of another record is not added by itself.
        assert response.status_code == 200 or (response.status_code, address[-5:]) == (403, "/add/")
        if said := [line for line in unwrapped(response.content.decode()) if line not in OF_OTHERS]:
            found[address] = said
    assert found == {}


def test_an_unwrapped_word_is_found_wherever_it_stands():
    html = """
        <html lang="ru"><head><title>Title</title></head><body>
        <p>⟦Said ⟦well⟧ <b>here</b>⟧ and not <i lang="en">there</i></p>
        <button aria-label="Close" title="⟦Shut⟧">×</button>
        <span lang="zh">Latin</span><script>code</script></body></html>"""
    assert unwrapped(html) == ["Close", "Title", "and not"]
