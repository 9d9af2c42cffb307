"""The board of evidence health: its numbers are what plain SQL counts, and each leads to just those records."""

import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from delegates.models import Event, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.curation.data_quality import metrics
from sco_cities.curation.data_quality.field_coverage import FieldCoverage
from sco_cities.curation.data_quality.filter_form import QualityFilters, data_quality_config
from sco_cities.curation.data_quality.metric_cache import cached_metrics
from sco_cities.curation.data_quality.metrics import METRICS, stale_before
from sco_cities.sources.base_models import PublicationState, record_models
from sco_cities.sources.models import AddressCheck, Report
from tests import factories as make
from tests.curation.admin_client import soup

BOARD = "/admin/health/"
TODAY = datetime.date(2026, 3, 1)


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(metrics.timezone, "localdate", lambda: TODAY)


def found(model, measure, **narrowing):
    return census(model, **narrowing).found[measure]


def census(model, **narrowing):
    with cached_metrics([model]) as by_model:
        return by_model[model].within(QualityFilters(**narrowing))


def fields_found(model, measure, **narrowing) -> dict[str, list[str]]:
    """By slug of a record, the fields that a measure found."""
    number = found(model, measure, **narrowing)
    return {
        record.slug: number.fields_of(record.pk) for record in model.objects.filter(pk__in=number.records)
    }


def dead(report):
    AddressCheck.objects.create(report=report, checked_at=timezone.now(), answer="404", is_dead=True)


# One value each


@pytest.mark.django_db
def test_a_value_is_sourced_by_evidence_on_it_or_on_the_whole_record_unless_it_needs_its_own():
    lamps = make.make_initiative("lamps", ends_on="2025")
    make.make_evidence(lamps)
    make.make_evidence(lamps, "status")
    assert fields_found(Initiative, "sourced") == {"lamps": ["title_en", "summary_en", "kind", "status"]}
    assert fields_found(Initiative, "unsourced") == {"lamps": ["starts_on", "ends_on"]}
    assert found(Initiative, "unsourced").among == 6


@pytest.mark.django_db
def test_names_of_places_count_as_unsourced_though_they_may_be_published_so():
    make.make_city()
    assert fields_found(City, "unsourced") == {"alphaville": ["name_en", "country"]}


@pytest.mark.parametrize("stance", ["differs", "earlier"])
@pytest.mark.django_db
def test_other_stances_and_drafts_of_reports_source_nothing(stance):
    lamps = make.make_initiative("lamps")
    make.make_evidence(lamps, "kind", stance=stance, reported_value="plan")
    make.make_evidence(
        lamps, "status", make.make_report("draft", state=PublicationState.DRAFT).passages.get()
    )
    assert found(Initiative, "sourced").number == 0


@pytest.mark.django_db
def test_a_figure_is_a_value_of_its_own():
    lamps = make.make_initiative("lamps")
    make.make_evidence(lamps, make.make_figure(lamps, "lamps"))
    make.make_figure(lamps, "poles")
    assert fields_found(Initiative, "sourced") == {"lamps": ["figure:lamps"]}
    assert "figure:poles" in fields_found(Initiative, "unsourced")["lamps"]


ONE, OTHER = "one", "other"
# Which reports tell of the kind and of the whole record, and whether the kind rests on one report.
SOURCES = [
    ([], [], False),
    ([ONE], [], True),
    ([], [ONE], True),
    ([ONE], [ONE], True),
    ([ONE], [OTHER], False),
    ([ONE, OTHER], [], False),
    ([], [ONE, OTHER], False),
]


@pytest.mark.parametrize(("of_kind", "of_whole", "expected"), SOURCES)
@pytest.mark.django_db
def test_a_value_is_of_a_single_source_where_one_report_alone_supports_it(of_kind, of_whole, expected):
    lamps = make.make_initiative("lamps")
    for field, slugs in (("kind", of_kind), ("*", of_whole)):
        for slug in slugs:
            make.make_evidence(lamps, field, make.make_report(slug).passages.get())
    assert ("kind" in fields_found(Initiative, "single").get("lamps", [])) == expected


@pytest.mark.django_db
def test_two_passages_of_one_report_are_one_source():
    lamps = make.make_initiative("lamps")
    for passage in make.make_report(passages=2).passages.all():
        make.make_evidence(lamps, "kind", passage)
    assert fields_found(Initiative, "single") == {"lamps": ["kind"]}


@pytest.mark.django_db
def test_a_value_is_disputed_where_a_published_report_differs():
    lamps, poles = make.make_initiative("lamps"), make.make_initiative("poles")
    make.make_evidence(lamps, "kind", stance="differs", reported_value="plan")
    hidden = make.make_report("hidden", state=PublicationState.DRAFT).passages.get()
    make.make_evidence(poles, "kind", hidden, stance="differs", reported_value="plan")
    # There is nothing to dispute.
    make.make_evidence(poles, "ends_on", stance="differs", reported_value="2030")
    assert fields_found(Initiative, "disputed") == {"lamps": ["kind"]}


# The dates of reports on the status, and whether it is stale on the first of March 2026.
STALE = [
    ([], False),
    ([""], False),
    (["2024-02-29"], True),
    (["2024-03-01"], False),
    (["2024-02"], True),
    (["2024"], False),  # it may be of December
    (["2020", "2025-07-08"], False),
    (["2019", "2020"], True),
]


@pytest.mark.parametrize(("dates", "expected"), STALE)
@pytest.mark.usefixtures("today", "db")
def test_a_status_is_stale_two_years_after_its_newest_evidence(dates, expected):
    lamps = make.make_initiative("lamps")
    for number, date in enumerate(dates):
        report = make.make_report(f"report-{number}", published_on=date)
        make.make_evidence(lamps, "status", report.passages.get())
    make.make_evidence(lamps, "*", make.make_report("new", published_on="2026-01-01").passages.get())
    assert fields_found(Initiative, "stale") == ({"lamps": ["status"]} if expected else {})


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (datetime.date(2026, 3, 1), datetime.date(2024, 3, 1)),
        (datetime.date(2028, 2, 29), datetime.date(2026, 2, 28)),
    ],
)
def test_two_years_are_counted_on_the_calendar(today, expected):
    assert stale_before(today) == expected


@pytest.mark.django_db
def test_missing_translations_count_one_by_one():
    make.make_initiative("lamps", title_ru="Лампы", summary_zh="灯")
    assert fields_found(Initiative, "untranslated") == {"lamps": ["title_zh", "summary_ru"]}
    assert found(Initiative, "untranslated").among == 4
    assert found(Statement, "untranslated") is None
    assert found(Report, "untranslated") is None


@pytest.mark.django_db
def test_initiatives_and_events_need_a_date_and_a_place_that_other_kinds_do_not():
    city, country = make.make_city(), make.make_country()
    make.make_initiative("nowhere-never", starts_on="")
    make.make_initiative("in-a-city", lead=[city])
    make.make_initiative("in-a-country", countries=[country])
    make.make_event("hosted", host_city=city)
    make.make_event("anywhere", starts_on="")
    assert fields_found(Initiative, "undated") == {"nowhere-never": ["starts_on"]}
    assert fields_found(Initiative, "unplaced") == {"nowhere-never": ["cities"]}
    assert fields_found(Event, "undated") == {"anywhere": ["starts_on"]}
    assert fields_found(Event, "unplaced") == {"anywhere": ["host_city"]}
    assert found(City, "undated") is None
    assert found(Country, "unplaced") is None
    assert found(City, "unplaced").number == 0  # the database has none without


@pytest.mark.django_db
def test_a_dead_address_counts_for_the_report_and_for_what_rests_on_it():
    gone, alive = make.make_report("gone"), make.make_report("alive")
    dead(gone)
    AddressCheck.objects.create(report=alive, checked_at=timezone.now(), answer="200", is_dead=False)
    make.make_evidence(make.make_initiative("lamps"), "*", gone.passages.get())
    make.make_evidence(make.make_initiative("poles"), "*", alive.passages.get())
    assert fields_found(Report, "dead") == {"gone": ["*"]}
    assert fields_found(Initiative, "dead") == {"lamps": ["*"]}


# Narrowing


@pytest.fixture
def two_countries(db):
    """Initiatives in two countries on two themes, by city and directly, and a withdrawn one."""
    xa, xb = make.make_country("xa"), make.make_country("xb")
    lamps, poles = make.make_theme("lamps"), make.make_theme("poles")
    make.make_initiative("by-city", lead=[make.make_city("alphaville", xa)], themes=[lamps])
    make.make_initiative("directly", countries=[xa, xb], themes=[poles], state=PublicationState.DRAFT)
    make.make_initiative("elsewhere", countries=[xb], themes=[lamps, poles])
    make.make_initiative("withdrawn", countries=[xa], themes=[lamps], state=PublicationState.WITHDRAWN)


NARROWED = [
    ({}, ["by-city", "directly", "elsewhere"]),
    ({"country": "xa"}, ["by-city", "directly"]),
    ({"country": "xb"}, ["directly", "elsewhere"]),
    ({"theme": "lamps"}, ["by-city", "elsewhere"]),
    ({"country": "xb", "theme": "lamps"}, ["elsewhere"]),
    ({"state": "draft"}, ["directly"]),
    ({"country": "xa", "state": "withdrawn"}, ["withdrawn"]),
]


@pytest.mark.parametrize(("narrowing", "expected"), NARROWED)
@pytest.mark.usefixtures("two_countries")
def test_the_board_can_be_narrowed_to_a_country_a_theme_and_a_state(narrowing, expected):
    keys = census(Initiative, **narrowing).keys
    assert sorted(Initiative.objects.filter(pk__in=keys).values_list("slug", flat=True)) == expected


@pytest.mark.usefixtures("two_countries")
def test_kinds_without_a_country_are_named_and_not_counted(curator):
    page = soup(curator.get(f"{BOARD}?country=xa"))
    kinds = [row.th.text for row in page.select("#health tbody tr")]
    assert kinds == [
        "Countries",
        "Cities",
        "Organisations",
        "Events",
        "Delegates",
        "Statements",
        "Initiatives",
    ]
    assert "Not counted here, for they have no country or no theme: reports, themes." in page.text


@pytest.mark.parametrize("query", ["country=nowhere", "theme=nothing", "state=lost"])
@pytest.mark.usefixtures("two_countries")
def test_a_wrong_value_shows_an_error_and_no_numbers(query, curator):
    for page in (BOARD, f"{BOARD}initiatives/unsourced/"):
        response = curator.get(f"{page}?{query}")
        assert response.status_code == 200
        assert "Select a valid choice" in soup(response).select_one(".errorlist").text
        assert not soup(response).select("#health, #queue")


# The numbers and plain SQL

SQL = {
    ("Initiatives", "undated"): "SELECT count(*) FROM initiatives_initiative WHERE starts_on = ''",
    ("Initiatives", "unplaced"): """
        SELECT count(*) FROM initiatives_initiative i
        WHERE NOT EXISTS (SELECT 1 FROM initiatives_initiativecity c WHERE c.initiative_id = i.id)
        AND NOT EXISTS (SELECT 1 FROM initiatives_initiative_countries c WHERE c.initiative_id = i.id)""",
    ("Initiatives", "disputed"): """
        SELECT count(*) FROM (
            SELECT DISTINCT e.object_id, e.field, e.figure_id FROM sources_evidence e
            JOIN sources_passage p ON p.id = e.passage_id JOIN sources_report r ON r.id = p.report_id
            WHERE r.state = 'published' AND e.stance = 'differs' AND e.content_type_id = {initiative}
        ) AS told""",
    ("Initiatives", "stale"): """
        SELECT count(*) FROM (
            SELECT e.object_id FROM sources_evidence e
            JOIN sources_passage p ON p.id = e.passage_id JOIN sources_report r ON r.id = p.report_id
            WHERE r.state = 'published' AND e.field = 'status' AND e.content_type_id = {initiative}
            GROUP BY e.object_id HAVING max(r.published_last) < '2024-03-01'
        ) AS told""",
    ("Initiatives", "untranslated"): """
        SELECT sum(CASE WHEN title_ru = '' THEN 1 ELSE 0 END + CASE WHEN title_zh = '' THEN 1 ELSE 0 END
            + CASE WHEN summary_ru = '' THEN 1 ELSE 0 END + CASE WHEN summary_zh = '' THEN 1 ELSE 0 END)
        FROM initiatives_initiative""",
    ("Cities", "untranslated"): """
        SELECT sum(CASE WHEN name_ru = '' THEN 1 ELSE 0 END + CASE WHEN name_zh = '' THEN 1 ELSE 0 END)
        FROM cities_city""",
    ("Statements", "unsourced"): "SELECT 0",
    # The status needs evidence of its own, and every initiative has one.
    ("Initiatives status", "single"): """
        SELECT count(*) FROM (
            SELECT e.object_id FROM sources_evidence e
            JOIN sources_passage p ON p.id = e.passage_id JOIN sources_report r ON r.id = p.report_id
            WHERE r.state = 'published' AND e.field = 'status' AND e.content_type_id = {initiative}
            AND e.stance = 'supports' GROUP BY e.object_id HAVING count(DISTINCT r.id) = 1
        ) AS told""",
    # The kind is supported by evidence on it or on the whole record.
    ("Initiatives kind", "single"): """
        SELECT count(*) FROM (
            SELECT e.object_id FROM sources_evidence e
            JOIN sources_passage p ON p.id = e.passage_id JOIN sources_report r ON r.id = p.report_id
            WHERE r.state = 'published' AND e.field IN ('kind', '*') AND e.content_type_id = {initiative}
            AND e.stance = 'supports' GROUP BY e.object_id HAVING count(DISTINCT r.id) = 1
        ) AS told""",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "measure"), SQL)
@pytest.mark.usefixtures("loaded", "today")
def test_the_numbers_of_the_shipped_package_are_those_of_plain_sql(kind, measure):
    kind_name, _space, field = kind.partition(" ")
    model = next(model for model in record_models() if model._meta.verbose_name_plural == kind_name.lower())
    with connection.cursor() as cursor:
        initiative = ContentType.objects.get_for_model(Initiative).pk
        cursor.execute(SQL[kind, measure].format(initiative=initiative))
        [expected] = cursor.fetchone()
    number = found(model, measure)
    assert (len(number.by_field[field]) if field else number.number) == expected


@pytest.mark.usefixtures("loaded")
def test_sourced_and_unsourced_values_are_those_that_publication_names():
    for model in record_models():
        if not model.evidence_fields:
            continue
        first = model.objects.order_by("pk")[:60]
        values = FieldCoverage(model, data_quality_config(model), BitMap(record.pk for record in first))
        sourced, unsourced = (METRICS[name].find(values) for name in ("sourced", "unsourced"))
        for record in first:
            supported = record.supported_fields()
            by_whole = {name for name in record.filled_fields() if not model.needs_its_own_evidence(name)}
            covered = supported | (by_whole if "*" in supported else set())
            filled = set(record.filled_fields())
            assert set(sourced.fields_of(record.pk)) == filled & covered
            assert set(unsourced.fields_of(record.pk)) == filled - covered
