"""The pages, permissions, queries and mixin order of RecordAdmin and of the admin of child rows."""

import json

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.admin_framework.autocomplete import related_fields
from sco_cities.cities.models import City, Country, CountryGroup
from sco_cities.core.fields import ComputedFieldMixin
from sco_cities.curation.record_admin.record_admin import RecordAdmin
from sco_cities.sources.models import Evidence, Figure, Passage, Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import SIDEBAR_QUERIES, admin_url, curated_models, soup, staff_client

pytestmark = pytest.mark.only_on("sqlite")

# Child rows have read-only changelists, because they are edited on the page of their record.
RECORDS = [City, Country, Delegate, Event, Initiative, Organisation, Report, Statement, Theme]
EDITABLE = [*RECORDS, Passage]

# The queries of each changelist. All of them begin with session, user, permissions of user and group, the number of
# results, the keys of the page and its rows. Lists of records first read the choices of related filters, and last the
# fields without evidence, which need many-to-many relations (in one query), figures and evidence. Lists of editable
# models end with the versions of the listed records.
QUERIES = {
    # …; countries; figures, evidence; versions
    City: 11,
    # …; figures, evidence; versions
    Country: 10,
    # …; countries; figures, evidence; versions
    Delegate: 11,
    # …; themes; many-to-many relations, figures, evidence; versions
    Event: 12,
    # …; countries, themes; many-to-many relations, figures, evidence; versions
    Initiative: 13,
    # …; countries; figures, evidence; versions
    Organisation: 11,
    # …; languages; figures, evidence; versions
    Report: 11,
    # …; themes; many-to-many relations, figures, evidence; versions
    Statement: 12,
    # …; figures, evidence; versions
    Theme: 10,
    # …, without keys; versions
    Passage: 7,
}


def make_records(numbers):
    for i in numbers:
        country = make.make_country(f"x{i}")
        city, theme = make.make_city(f"city-{i}", country), make.make_theme(f"theme-{i}")
        office = make.make_organisation(f"office-{i}", country=country, city=city)
        event = make.make_event(f"event-{i}", [theme], host_city=city)
        delegate = make.make_delegate(f"delegate-{i}", country=country, organisation=office)
        make.make_attendance(event, delegate)
        make.make_statement(f"statement-{i}", [theme], delegate=delegate, event=event)
        initiative = make.make_initiative(
            f"initiative-{i}", lead=[city], themes=[theme], countries=[country], organisations=[office]
        )
        make.make_figure(initiative)
        make.make_evidence(initiative, passage=make.make_report(f"report-{i}").passages.get())
        initiative.slug = f"renamed-{i}"
        initiative.save()


@pytest.fixture
def records(db):
    make_records(range(3))


def writes_in(captured):
    return [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].lstrip("(").startswith("SELECT")
    ]


def test_every_model_of_the_site_has_an_admin_for_curators():
    # Groups of countries have no page for readers (`tests/cities/`).
    assert set(curated_models()) == {*EDITABLE, CountryGroup}


@pytest.mark.parametrize("model", EDITABLE)
@pytest.mark.usefixtures("records")
def test_opening_a_list_or_a_record_answers_and_writes_nothing(model, curator):
    record = model._default_manager.first()
    for page in (admin_url(model), admin_url(record, "change"), admin_url(record, "history")):
        with CaptureQueriesContext(connection) as captured:
            response = curator.get(page)
        assert response.status_code == 200, page
        assert writes_in(captured) == [], page


@pytest.mark.parametrize("model", EDITABLE)
def test_opening_the_form_for_a_new_record_answers_and_writes_nothing(model, curator):
    with CaptureQueriesContext(connection) as captured:
        response = curator.get(admin_url(model, "add"))
    assert response.status_code == 200
    assert writes_in(captured) == []


@pytest.mark.parametrize("model", EDITABLE)
@pytest.mark.usefixtures("records")
def test_anonymous_users_are_redirected_to_the_login(model):
    record = model._default_manager.first()
    for page in (
        admin_url(model),
        admin_url(model, "add"),
        admin_url(record, "change"),
        admin_url(record, "delete"),
    ):
        response = Client().get(page)
        assert response.status_code == 302, page
        assert response["Location"].startswith("/admin/login/"), page


@pytest.mark.parametrize("model", EDITABLE)
@pytest.mark.usefixtures("records")
def test_staff_users_without_permission_get_403(model):
    client, record = staff_client(), model._default_manager.first()
    for page in (
        admin_url(model),
        admin_url(model, "add"),
        admin_url(record, "change"),
        admin_url(record, "delete"),
    ):
        assert client.get(page).status_code == 403, page


@pytest.mark.parametrize("model", RECORDS)
@pytest.mark.usefixtures("records")
def test_the_form_of_a_record_has_all_editable_columns_and_no_computed_ones(model, curator):
    record = model._default_manager.first()
    names = {field.get("name") for field in soup(curator.get(admin_url(record, "change"))).select("[name]")}
    editable = {
        field.name for field in [*model._meta.fields, *related_fields(model)]
        if field.editable and not field.primary_key
    }  # fmt: skip
    assert editable <= names
    computed = {field.name for field in model._meta.fields if isinstance(field, ComputedFieldMixin)}
    assert computed
    assert not computed & names


@pytest.mark.parametrize("model", EDITABLE)
@pytest.mark.usefixtures("records")
def test_related_records_are_chosen_by_autocomplete(model, curator):
    page = soup(curator.get(admin_url(model._default_manager.first(), "change")))
    for field in related_fields(model):
        for select in page.select(f'select[name="{field.name}"]'):
            assert "admin-autocomplete" in select["class"], field.name


@pytest.mark.parametrize("model", EDITABLE)
@pytest.mark.usefixtures("records")
def test_every_visible_field_has_an_accessible_name(model, curator):
    page = soup(curator.get(admin_url(model._default_manager.first(), "change")))
    labelled = {label.get("for") for label in page.select("label")}
    fields = page.select("#content-main form :is(input:not([type=hidden], [type=submit]), select, textarea)")
    unnamed = [field for field in fields if field.get("id") not in labelled and not field.get("aria-label")]
    assert fields
    assert unnamed == []


@pytest.mark.parametrize(("model", "expected"), QUERIES.items())
def test_a_changelist_needs_the_same_queries_for_3_records_and_for_30(
    model, expected, curator, django_assert_num_queries
):
    make_records(range(3))
    curator.get(admin_url(model))  # fills the cache of content types
    with django_assert_num_queries(expected + SIDEBAR_QUERIES):
        curator.get(admin_url(model))
    make_records(range(3, 30))
    with django_assert_num_queries(expected + SIDEBAR_QUERIES):
        response = curator.get(admin_url(model))
    assert len(soup(response).select("#result_list tbody tr")) == 30
    assert expected < 20


def test_the_start_page_groups_models_by_section(curator):
    captions = [caption.text.strip() for caption in soup(curator.get("/admin/")).select("caption")]
    assert captions == [
        "Initiatives",
        "People, organisations and events",
        "Places and themes",
        "Reports and passages",
    ]


def test_the_start_page_lists_each_editable_kind_once_and_links_to_the_site(curator):
    page = soup(curator.get("/admin/"))
    links = [link["href"] for link in page.select("#content-main tbody th a, #content-main tr th a")]
    assert sorted(links) == sorted(map(admin_url, curated_models()))
    assert not page.select("#recent-actions-module")
    assert page.select('#user-tools a[href="/"]')
    assert "SCO Cities: curators" in page.select_one("#site-name").text


@pytest.mark.parametrize(("state", "words"), [("published", "View on site"), ("draft", "Preview")])
def test_the_form_of_a_record_links_to_its_public_page(state, words, curator):
    record = make.make_initiative("lamps", state=state)
    link = soup(curator.get(admin_url(record, "change"))).select_one(".viewsitelink")
    assert (link["href"], link.text) == ("/initiatives/lamps/", words)


def test_the_slug_is_generated_only_while_adding(curator):
    def source_fields(page):
        constants = soup(curator.get(page)).select_one("#django-admin-prepopulated-fields-constants")
        return [field["dependency_list"] for field in json.loads(constants["data-prepopulated-fields"])]

    assert source_fields(admin_url(Theme, "add")) == [["name_en"]]
    assert source_fields(admin_url(make.make_theme(), "change")) == []


def test_deleting_a_record_deletes_its_child_rows_and_is_refused_if_others_refer_to_it(curator):
    city = make.make_city()
    initiative = make.make_initiative(lead=[city], sourced=True)
    make.make_figure(initiative)
    assert "protected" in curator.get(admin_url(city, "delete")).content.decode()
    assert curator.post(admin_url(initiative, "delete"), {"post": "yes"}).status_code == 302
    assert not Initiative.objects.exists()
    assert not Evidence.objects.exists()
    assert not Figure.objects.exists()
    assert curator.post(admin_url(city, "delete"), {"post": "yes"}).status_code == 302
    assert not City.objects.exists()


def test_the_confirmation_of_a_deletion_names_the_deleted_objects(curator):
    theme = make.make_theme()
    initiative = make.make_initiative(lead=[make.make_city()], themes=[theme])
    for record, name in ((initiative, "City in an initiative: "), (theme, "Theme: ")):
        page = soup(curator.get(admin_url(record, "delete"))).select_one("#content").text
        assert name in page
        assert "object (" not in page
        assert "relationship" not in page


def test_the_admin_site_is_the_custom_one():
    assert type(admin.site._wrapped).__name__ == "CuratorsSite"


# The mixins of RecordAdmin

MIXINS = [
    "ObjectPermissionsMixin", "ReviewWorkflowMixin", "EditConflictMixin", "StaleChangelistMixin", "HistoryMixin",
    "UnsavedFormMixin", "RobustChangelistMixin", "AutocompleteMixin",
]  # fmt: skip
# RecordAdmin and its mixins, in method resolution order.
CLASSES = RecordAdmin.__mro__[: RecordAdmin.__mro__.index(admin.ModelAdmin)]


def test_the_mixins_of_record_admin_are_in_this_order():
    assert [cls.__name__ for cls in CLASSES] == ["RecordAdmin", *MIXINS]


def test_the_form_of_a_record_links_to_each_of_its_sections(curator):
    page = soup(curator.get(admin_url(make.make_initiative(), "change")))
    assert page.select_one(".form-contents").get("hidden") is None
    links = {link["href"].removeprefix("#"): link.get_text() for link in page.select(".form-contents a")}
    headings = {each["id"]: each.get_text().strip() for each in page.select("#initiative_form h2[id]")}
    assert links == headings


FORM_HELP = {Theme: False, Statement: True}


@pytest.mark.parametrize(("model", "has_own"), FORM_HELP.items())
def test_a_form_explains_how_to_add_evidence_and_which_evidence_is_required(model, has_own, curator):
    own = "The date of a statement is the date of its event."
    new = soup(curator.get(admin_url(model, "add"))).select_one("fieldset .description").text
    assert ("Then choose “Add evidence” for a value" in new, own in new) == (True, has_own)
    record = make.make_statement(event=make.make_event()) if model is Statement else make.make_theme()
    described = soup(curator.get(admin_url(record, "change"))).select("fieldset .description")
    assert [own in text.text for text in described] == ([True] if has_own else [])
