"""Every page of the admin, opened by those who may and those who may not."""

import json

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from delegates.models import Attendance, Delegate, Event, Organisation, Statement
from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.models import City, Country
from sco_cities.core.fields import ComputedFieldMixin
from sco_cities.curation.admin.autocomplete import related_fields
from sco_cities.sources.models import Evidence, Figure, FormerSlug, Passage, Report
from sco_cities.themes.models import Theme
from tests import factories as make
from tests.curation.admin_client import address, curated_models, soup, staff_client

# Parts are looked up in lists of their own and edited on the page of their record.
PARTS = [Attendance, Evidence, Figure, FormerSlug, InitiativeCity]
RECORDS = [City, Country, Delegate, Event, Initiative, Organisation, Report, Statement, Theme]
EDITED = [*RECORDS, Passage]

# The queries of each list page. All begin with session, user, and the permissions of user and group; then
# come the number of results, the keys of the page, and its rows. Lists of records ask before for the choices of filters
# that are records, and then for what is lacking: relations to many (all in one), figures, evidence. Lists of what is
# edited end with the versions of what they show.
QUERIES = {
    # …; countries; figures, evidence; versions
    City: 11,
    # …; figures, evidence; versions
    Country: 10,
    # …; countries; figures, evidence; versions
    Delegate: 11,
    # …; themes; relations to many, figures, evidence; versions
    Event: 12,
    # …; countries, themes; relations to many, figures, evidence; versions
    Initiative: 13,
    # …; countries; figures, evidence; versions
    Organisation: 11,
    # …; languages; figures, evidence; versions
    Report: 11,
    # …; themes; relations to many, figures, evidence; versions
    Statement: 12,
    # …; figures, evidence; versions
    Theme: 10,
    # …, without keys; versions
    Passage: 7,
    # no more
    Attendance: 7,
    InitiativeCity: 7,
    # …; the records of the page, one query for each kind: here initiatives alone
    Evidence: 8,
    Figure: 8,
    FormerSlug: 8,
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
    assert set(curated_models()) == {*EDITED, *PARTS}


@pytest.mark.parametrize("model", [*EDITED, *PARTS])
@pytest.mark.usefixtures("records")
def test_opening_a_list_or_a_record_answers_and_writes_nothing(model, curator):
    record = model._default_manager.first()
    for page in (address(model), address(record, "change"), address(record, "history")):
        with CaptureQueriesContext(connection) as captured:
            response = curator.get(page)
        assert response.status_code == 200, page
        assert writes_in(captured) == [], page


@pytest.mark.parametrize("model", EDITED)
def test_opening_the_form_for_a_new_record_answers_and_writes_nothing(model, curator):
    with CaptureQueriesContext(connection) as captured:
        response = curator.get(address(model, "add"))
    assert response.status_code == 200
    assert writes_in(captured) == []


@pytest.mark.parametrize("model", PARTS)
@pytest.mark.usefixtures("records")
def test_a_part_cannot_be_edited_by_itself_and_leads_to_its_record(model, curator):
    part = model._default_manager.first()
    record = part.event if model is Attendance else getattr(part, "initiative", None) or part.record
    assert curator.get(address(model, "add")).status_code == 403
    assert curator.post(address(part, "delete"), {"post": "yes"}).status_code == 403
    assert curator.post(address(part, "change"), {}).status_code == 403
    for page in (address(model), address(part, "change")):
        assert soup(curator.get(page)).select(f'#content-main a[href="{address(record, "change")}"]')


@pytest.mark.parametrize("model", [*EDITED, *PARTS])
@pytest.mark.usefixtures("records")
def test_a_stranger_is_asked_to_log_in(model):
    record = model._default_manager.first()
    for page in (address(model), address(model, "add"), address(record, "change"), address(record, "delete")):
        response = Client().get(page)
        assert response.status_code == 302, page
        assert response["Location"].startswith("/admin/login/"), page


@pytest.mark.parametrize("model", [*EDITED, *PARTS])
@pytest.mark.usefixtures("records")
def test_staff_without_permission_are_refused(model):
    client, record = staff_client(), model._default_manager.first()
    for page in (address(model), address(model, "add"), address(record, "change"), address(record, "delete")):
        assert client.get(page).status_code == 403, page


@pytest.mark.parametrize("model", RECORDS)
@pytest.mark.usefixtures("records")
def test_a_record_has_all_its_columns_on_its_page_and_none_that_is_computed(model, curator):
    record = model._default_manager.first()
    names = {field.get("name") for field in soup(curator.get(address(record, "change"))).select("[name]")}
    editable = {
        field.name for field in [*model._meta.fields, *related_fields(model)]
        if field.editable and not field.primary_key
    }  # fmt: skip
    assert editable <= names
    computed = {field.name for field in model._meta.fields if isinstance(field, ComputedFieldMixin)}
    assert computed
    assert not computed & names


@pytest.mark.parametrize("model", EDITED)
@pytest.mark.usefixtures("records")
def test_records_are_chosen_by_typing_and_never_from_a_list_of_all(model, curator):
    page = soup(curator.get(address(model._default_manager.first(), "change")))
    for field in related_fields(model):
        for select in page.select(f'select[name="{field.name}"]'):
            assert "admin-autocomplete" in select["class"], field.name


@pytest.mark.parametrize("model", EDITED)
@pytest.mark.usefixtures("records")
def test_every_field_that_is_seen_has_a_name_for_screen_readers(model, curator):
    page = soup(curator.get(address(model._default_manager.first(), "change")))
    labelled = {label.get("for") for label in page.select("label")}
    fields = page.select("#content-main form :is(input:not([type=hidden], [type=submit]), select, textarea)")
    bare = [field for field in fields if field.get("id") not in labelled and not field.get("aria-label")]
    assert fields
    assert bare == []


@pytest.mark.parametrize(("model", "expected"), QUERIES.items())
def test_a_list_page_asks_the_same_queries_for_3_records_and_for_30(
    model, expected, curator, django_assert_num_queries
):
    make_records(range(3))
    curator.get(address(model))  # content types are remembered from here on
    with django_assert_num_queries(expected):
        curator.get(address(model))
    make_records(range(3, 30))
    with django_assert_num_queries(expected):
        response = curator.get(address(model))
    assert len(soup(response).select("#result_list tbody tr")) == 30
    assert expected < 20


def test_the_index_groups_models_by_what_curators_do(curator):
    captions = [caption.text.strip() for caption in soup(curator.get("/admin/")).select("caption")]
    assert captions == [
        "Initiatives",
        "Who speaks, for whom, where and when",
        "Places and themes",
        "Reports and passages",
        "To look up (edited on the page of their record)",
    ]


def test_the_index_names_each_model_once_and_leads_to_the_site(curator):
    page = soup(curator.get("/admin/"))
    named = [link["href"] for link in page.select("#content-main tbody th a, #content-main tr th a")]
    assert sorted(named) == sorted(address(model) for model in curated_models())
    assert page.select('#user-tools a[href="/"]')
    assert "SCO Cities: curators" in page.select_one("#site-name").text


@pytest.mark.parametrize(("state", "words"), [("published", "View on site"), ("draft", "Preview")])
def test_a_page_leads_to_the_record_as_readers_see_it(state, words, curator):
    record = make.make_initiative("lamps", state=state)
    link = soup(curator.get(address(record, "change"))).select_one(".viewsitelink")
    assert (link["href"], link.text) == ("/initiatives/lamps/", words)


def test_the_slug_is_made_from_the_name_only_while_adding(curator):
    def made_from(page):
        constants = soup(curator.get(page)).select_one("#django-admin-prepopulated-fields-constants")
        return [field["dependency_list"] for field in json.loads(constants["data-prepopulated-fields"])]

    assert made_from(address(Theme, "add")) == [["name_en"]]
    assert made_from(address(make.make_theme(), "change")) == []


def test_deleting_a_record_takes_its_parts_along_and_stops_at_what_refers_to_it(curator):
    city = make.make_city()
    initiative = make.make_initiative(lead=[city], sourced=True)
    make.make_figure(initiative)
    assert "protected" in curator.get(address(city, "delete")).content.decode()
    assert curator.post(address(initiative, "delete"), {"post": "yes"}).status_code == 302
    assert not Initiative.objects.exists()
    assert not Evidence.objects.exists()
    assert not Figure.objects.exists()
    assert curator.post(address(city, "delete"), {"post": "yes"}).status_code == 302
    assert not City.objects.exists()


def test_the_question_before_a_deletion_names_what_goes_in_words(curator):
    theme = make.make_theme()
    initiative = make.make_initiative(lead=[make.make_city()], themes=[theme])
    for record, told in ((initiative, "City in an initiative: "), (theme, "Theme: ")):
        page = soup(curator.get(address(record, "delete"))).select_one("#content").text
        assert told in page
        assert "object (" not in page
        assert "relationship" not in page


def test_the_admin_site_is_the_curators_own():
    assert type(admin.site._wrapped).__name__ == "CuratorsSite"
