"""All text of pages is translatable. In the pseudo-locale, no English text is outside of brackets."""

import re
from html import unescape

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils.html import conditional_escape

from sco_cities.core.localized_names import Localized

from .pseudolocale import APPS, NAMES, WORD, pseudolocale, untranslated_lines

pytestmark = pytest.mark.only_on("sqlite")

LISTS = (
    "initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports", "statements",
)  # fmt: skip
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
    "/correction-requests/initiatives/dushanbe-smart-city-projects/?value=status": 200,
    "/nowhere/": 404,
}


# Text outside of the catalogues, such as URLs, query values, file formats, and names in Latin letters on Russian pages.
ADDRESS = re.compile(
    r"https?://\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\b|\bCC0\b|· KG ·|^[A-Z]{2}$|BibTeX, RIS, CSL-JSON"
)
TYPED = {"certain", "soon", "nothing", "nowhere", "city", "CSV", "SVG", "PNG"}


@pytest.fixture
def in_pseudolocale():
    with pseudolocale():
        yield


@pytest.fixture
def names(loaded_package):
    """The names, titles and texts of records on Russian pages.

    They include texts in elements without a `lang` attribute.
    """
    fields = {
        "name_ru",
        "title_ru",
        "summary_ru",
        "name_en",
        "title",
        "description",
        "role",
        "publisher",
        "aliases",
    }
    # The names as they are shown on pages.
    values = {
        unescape(conditional_escape(Localized(name, "en")))
        for model in apps.get_models()
        for field in fields & {field.name for field in model._meta.local_concrete_fields}
        for name in model.objects.values_list(field, flat=True)
    }
    return sorted(filter(WORD.search, values), key=len, reverse=True)


def text_without_names(line: str, names: list[str]) -> str:
    """Returns a line without names and URLs."""
    for name in names:
        line = line.replace(name, "")
    return ADDRESS.sub("", NAMES.sub("", line))


@pytest.mark.thorough
def test_all_text_of_pages_is_translatable(names, client, in_pseudolocale):
    untranslated = {}
    for address, status in PAGES.items():
        response = client.get(f"/ru{address}")
        assert response.status_code == status, address
        lines = [line for line in untranslated_lines(response.content.decode()) if line not in TYPED]
        if wrong := [line for line in lines if WORD.search(text_without_names(line, names))]:
            untranslated[address] = wrong
    assert untranslated == {}


ADMIN_PATHS = (
    "",
    "review/",
    "my-records/",
    "health/",
    "translations/",
    "translations/text/?kind=themes-description&language=ru&show=all",
    "duplicates/",
    "duplicates/two/",
    "changes/",
    "changes/deleted/",
    "imports/",
)
# Django and a package leave some texts untranslated. Character sets and file formats have the same name in all
# languages.
FOREIGN_TEXTS = {"Search", "Axes", "CSV", "XLSX", "UTF-8", "UTF-16", "Windows-1251", "GB18030 / GBK"}


def admin_pages():
    yield from (f"/admin/{path}" for path in ADMIN_PATHS)
    for model in admin.site._registry:
        if model.__module__.startswith(APPS) and model._meta.app_label != "auth":
            options = model._meta
            yield reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
            yield reverse(f"admin:{options.app_label}_{options.model_name}_add")


def test_all_text_of_the_admin_is_translatable(db, client, django_user_model, in_pseudolocale):
    """The database has no records, so every text must be translatable."""
    client.force_login(django_user_model.objects.create_superuser("куратор"))
    client.cookies["django_language"] = "ru"
    untranslated = {}
    for address in admin_pages():
        response = client.get(address)
        # Records that are edited on the page of another record have no add page.
        assert response.status_code == 200 or (response.status_code, address[-5:]) == (403, "/add/")
        if lines := [
            line for line in untranslated_lines(response.content.decode()) if line not in FOREIGN_TEXTS
        ]:
            untranslated[address] = lines
    assert untranslated == {}


def test_untranslated_text_is_found_in_all_elements_and_attributes():
    html = """
        <html lang="ru"><head><title>Title</title></head><body>
        <p>⟦Written ⟦well⟧ <b>here</b>⟧ and not <i lang="en">there</i></p>
        <button aria-label="Close" title="⟦Shut⟧">×</button>
        <span lang="zh">Latin</span><script>code</script></body></html>"""
    assert untranslated_lines(html) == ["Close", "Title", "and not"]
