"""Importing an unchanged template with its headings and help changes nothing."""

import pytest
from django.urls import reverse
from django.utils import translation

from sco_cities.imports.column_types import IMPORTABLE_MODELS
from tests.curation.admin_client import curator_client, soup, staff_client

from .import_pages import checked, summary_of
from .sheets import as_csv, rows_of, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.mark.parametrize("kind", IMPORTABLE_MODELS)
def test_each_kind_has_a_template_whose_headings_are_recognised(kind):
    curator = curator_client()
    links = {
        each["href"] for each in soup(curator.get(reverse("admin:imports"))).select(".import-templates a")
    }
    for ending in ("csv", "xlsx"):
        address = reverse("admin:import_template", args=[kind, ending])
        assert address in links
        found = sheet(curator.get(address).content, kind)
        assert found.header
        assert [IMPORTABLE_MODELS[kind].column_named(heading) for heading in found.header] == found.header
        assert "slug" not in found.header
        assert set(IMPORTABLE_MODELS[kind].required_without([])) <= set(found.header)
        assert len(list(found.rows())) == (ending == "csv")


def test_the_help_row_of_a_template_is_skipped(language="ru"):
    curator = curator_client()
    curator.cookies["django_language"] = language
    with translation.override(language):
        raw = curator.get(reverse("admin:import_template", args=["themes", "csv"])).content
    curator.cookies["django_language"] = "en"
    (help_row,) = rows_of(raw.removeprefix("\ufeff".encode()))
    assert help_row["name_en"].startswith("# ")
    filled = dict.fromkeys(help_row, "") | {"name_en": "Lamps", "pillar": "Security", "description": "x"}
    page = checked(curator, as_csv([help_row, filled]), kind="themes")
    assert summary_of(page).startswith("Checked: create 1, update 0, unchanged 1")
    assert "not imported: help row of the template" in page.content.decode()


def test_unknown_templates_and_users_without_permission_are_rejected():
    curator = curator_client()
    for kind, ending in (("themes", "ods"), ("users", "csv")):
        assert curator.get(f"/admin/imports/templates/{kind}.{ending}").status_code == 404
    assert staff_client().get("/admin/imports/templates/themes.csv").status_code == 403
