"""Validation of report URLs, and pages with an invalid URL in the database."""

import re

import pytest
from django.core.exceptions import ValidationError

from sco_cities.imports.column_types import IMPORTABLE_MODELS
from sco_cities.sources.models import Passage, Report
from sco_cities.sources.web_address import host_of
from tests import factories as make
from tests.curation.admin_client import admin_url

REFUSED = [
    "ftp://gazette.example/lamps",
    "ftps://gazette.example/lamps",
    "http://user:password@gazette.example/",
    "https://user@gazette.example/",
    "https://@gazette.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://",
    "https:///lamps",
    "http://:80/",
    "//gazette.example/",
    "gazette",
]
ACCEPTED = [
    "http://gazette.example/", "https://gazette.example:8443/a?b=c@d#e", "HTTPS://gazette.example/",
    "https://газета.example/лампы", "http://[2001:db8::1]/", "https://gazette.example/@author",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_not_everybody_can_open_is_refused_by_field_and_import(address):
    with pytest.raises(ValidationError):
        Report._meta.get_field("address").run_validators(address)
    with pytest.raises(ValueError, match="Enter a"):
        IMPORTABLE_MODELS["reports"].columns["address"].package_column.parse(address)


@pytest.mark.parametrize("address", ACCEPTED)
def test_a_web_address_is_accepted(address):
    Report._meta.get_field("address").run_validators(address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.gazette.example:80/a", "gazette.example"), ("http:///a", "http:///a"), ("", ""),
        ("http://[::1/", "http://[::1/"), ("gazette", "gazette"),
        ("http://user:pw@gazette.example/", "gazette.example"),
    ],
)  # fmt: skip
def test_an_address_without_a_host_is_shown_as_it_is(address, expected):
    assert host_of(address) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["http:///lamps", "http://[::1/", "", "not an address"])
def test_an_invalid_url_in_the_database_breaks_no_page(client, address):
    make.make_initiative("lamps", lead=[make.make_city("alphaville")], sourced=True)
    Report.objects.update(address=address)
    slug = Report.objects.values_list("slug", flat=True).get()
    for path in (
        "/initiatives/?view=brief",
        "/initiatives/lamps/",
        f"/reports/{slug}/",
        "/reports/",
        "/reports.csv",
    ):
        assert client.get(path).status_code == 200


# Matches a link in HTML, Atom, Markdown or JSON-LD.
LINK = r"""href=["']?\s*{0}|<{0}:|\]\({0}|"(?:url|archivedAt)":\s*"{0}"""
PAGES = (
    "/reports/", "/reports/{report}/", "/reports/?view=brief", "/reports/?view=cards", "/initiatives/lamps/",
    "/initiatives/?view=brief", "/initiatives/lamps/?notes=all", "/cities/alphaville/", "/embed/initiatives/lamps/",
    "/embed/reports/{report}/", "/reports/{report}.jsonld", "/reports/{report}.md", "/initiatives/lamps.jsonld",
    "/initiatives/lamps.md", "/reports.atom", "/reports.feed.json", "/search/?q=lamps",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "scheme"),
    [
        ("javascript:alert(1)", "javascript"),
        (" JavaScript:alert(1)", "JavaScript"),
        ("data:text/html,x", "data"),
    ],
)
def test_an_address_of_another_scheme_in_the_database_is_never_a_link(client, admin_client, address, scheme):
    lamps = make.make_initiative("lamps", lead=[make.make_city("alphaville")], sourced=True)
    correction = make.make_correction_request(lamps)
    report = Report.objects.get()
    Report.objects.update(address=address)
    Passage.objects.update(archive_address=address)
    type(correction).objects.update(address=address)
    link = re.compile(LINK.format(scheme))
    for page in PAGES:
        response = client.get(page.format(report=report.slug), follow=True)
        assert response.status_code == 200, page
        assert not link.search(getattr(response, "text", None) or b"".join(response).decode()), page
    for record in (report, report.passages.get(), correction):
        for page in (admin_url(type(record)), admin_url(record, "change")):
            assert not link.search(admin_client.get(page).text), page
