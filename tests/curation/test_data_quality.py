"""The numbers of the data quality report equal the results of plain SQL, and each metric finds the right values."""

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
from sco_cities.curation.data_quality.metrics import METRICS, cached_metrics, stale_before
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState, record_models
from sco_cities.sources.models import AddressCheck, Passage, Report
from tests import factories as make
from tests.curation.admin_client import soup

REPORT_URL = "/admin/health/"
TODAY = datetime.date(2026, 3, 1)


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(metrics.timezone, "localdate", lambda: TODAY)


def metric_result(model, metric, **filters):
    return filtered_metrics(model, **filters).results[metric]


def filtered_metrics(model, **filters):
    with cached_metrics([model]) as by_model:
        return by_model[model].filtered(QualityFilters(**filters))


def counted_fields(model, metric, **filters) -> dict[str, list[str]]:
    """The fields that a metric counts, by the slug of the record."""
    result = metric_result(model, metric, **filters)
    return {
        record.slug: result.fields_of(record.pk) for record in model.objects.filter(pk__in=result.records)
    }


def mark_dead(report):
    AddressCheck.objects.create(report=report, checked_at=timezone.now(), answer="404", is_dead=True)


# Single metrics


@pytest.mark.django_db
def test_evidence_on_a_field_or_on_the_whole_record_sources_it_unless_the_field_needs_its_own():
    lamps = make.make_initiative("lamps", ends_on="2025")
    make.make_evidence(lamps)
    make.make_evidence(lamps, "status")
    assert counted_fields(Initiative, "sourced") == {"lamps": ["title_en", "summary_en", "kind", "status"]}
    assert counted_fields(Initiative, "unsourced") == {"lamps": ["starts_on", "ends_on"]}
    assert metric_result(Initiative, "unsourced").total == 6


@pytest.mark.django_db
def test_names_of_places_count_as_unsourced_although_they_may_be_published_without_evidence():
    make.make_city()
    assert counted_fields(City, "unsourced") == {"alphaville": ["name_en", "country"]}


@pytest.mark.parametrize("stance", ["differs", "earlier"])
@pytest.mark.django_db
def test_other_stances_and_draft_reports_do_not_source_a_value(stance):
    lamps = make.make_initiative("lamps")
    make.make_evidence(lamps, "kind", stance=stance, reported_value="plan")
    make.make_evidence(
        lamps, "status", make.make_report("draft", state=PublicationState.DRAFT).passages.get()
    )
    assert metric_result(Initiative, "sourced").count == 0


@pytest.mark.django_db
def test_a_figure_counts_as_a_separate_value():
    lamps = make.make_initiative("lamps")
    make.make_evidence(lamps, make.make_figure(lamps, "lamps"))
    make.make_figure(lamps, "poles")
    assert counted_fields(Initiative, "sourced") == {"lamps": ["figure:lamps"]}
    assert "figure:poles" in counted_fields(Initiative, "unsourced")["lamps"]


ONE, OTHER = "one", "other"
# The reports on the kind, the reports on the whole record, and whether the kind has a single source.
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
def test_a_value_has_a_single_source_if_only_one_report_supports_it(of_kind, of_whole, expected):
    lamps = make.make_initiative("lamps")
    for field, slugs in (("kind", of_kind), ("*", of_whole)):
        for slug in slugs:
            make.make_evidence(lamps, field, make.make_report(slug).passages.get())
    assert ("kind" in counted_fields(Initiative, "single").get("lamps", [])) == expected


@pytest.mark.django_db
def test_two_passages_of_one_report_count_as_one_source():
    lamps = make.make_initiative("lamps")
    for passage in make.make_report(passages=2).passages.all():
        make.make_evidence(lamps, "kind", passage)
    assert counted_fields(Initiative, "single") == {"lamps": ["kind"]}


@pytest.mark.django_db
def test_a_value_is_disputed_if_a_published_report_differs():
    lamps, poles = make.make_initiative("lamps"), make.make_initiative("poles")
    make.make_evidence(lamps, "kind", stance="differs", reported_value="plan")
    hidden = make.make_report("hidden", state=PublicationState.DRAFT).passages.get()
    make.make_evidence(poles, "kind", hidden, stance="differs", reported_value="plan")
    # An empty value cannot be disputed.
    make.make_evidence(poles, "ends_on", stance="differs", reported_value="2030")
    assert counted_fields(Initiative, "disputed") == {"lamps": ["kind"]}


# The dates of reports on the status, and whether the status is stale on 1 March 2026.
STALE = [
    ([], False),
    ([""], False),
    (["2024-02-29"], True),
    (["2024-03-01"], False),
    (["2024-02"], True),
    (["2024"], False),  # the report may have been published in December
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
    assert counted_fields(Initiative, "stale") == ({"lamps": ["status"]} if expected else {})


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (datetime.date(2026, 3, 1), datetime.date(2024, 3, 1)),
        (datetime.date(2028, 2, 29), datetime.date(2026, 2, 28)),
    ],
)
def test_two_years_are_calendar_years(today, expected):
    assert stale_before(today) == expected


@pytest.mark.django_db
def test_each_missing_translation_counts():
    make.make_initiative("lamps", title_ru="Лампы", summary_zh="灯")
    assert counted_fields(Initiative, "untranslated") == {"lamps": ["title_zh", "summary_ru"]}
    assert metric_result(Initiative, "untranslated").total == 4
    assert metric_result(Initiative, "translated").by_field["title_ru"] == BitMap(
        [Initiative.objects.get().pk]
    )


@pytest.mark.django_db
def test_texts_of_rows_count_for_their_record():
    report, lamps = (
        make.make_report("gazette"),
        make.make_initiative("lamps", title_ru="Лампы", title_zh="灯"),
    )
    make.make_figure(lamps, label_ru="лампы", label_zh="灯", unit_ru="шт.", unit_zh="盏")
    make.make_figure(lamps, label="posts", label_ru="столбы", label_zh="柱", unit_ru="шт.")
    assert counted_fields(Report, "untranslated") == {report.slug: ["passages"]}
    assert counted_fields(Initiative, "untranslated")["lamps"] == ["summary_ru", "summary_zh", "figures"]
    assert metric_result(Statement, "untranslated").total == 0


@pytest.mark.django_db
def test_outdated_translations_count_by_language():
    make.make_initiative("lamps", title_ru="Лампы", title_zh="灯", summary_ru="Свет.")
    report = make.make_report("herald")
    Passage.objects.update(summary_zh="灯")
    for record, column in ((Initiative.objects.get(), "title_en"), (Passage.objects.get(), "summary")):
        setattr(record, column, "Changed")
        record.save()
    assert counted_fields(Initiative, "outdated_ru") == {"lamps": ["title_ru"]}
    assert counted_fields(Initiative, "outdated_zh") == {"lamps": ["title_zh"]}
    assert counted_fields(Report, "outdated_ru") == {}
    assert counted_fields(Report, "outdated_zh") == {report.slug: ["passages"]}


@pytest.mark.django_db
def test_initiatives_and_events_need_a_date_and_a_place_and_other_kinds_do_not():
    city, country = make.make_city(), make.make_country()
    make.make_initiative("nowhere-never", starts_on="")
    make.make_initiative("in-a-city", lead=[city])
    make.make_initiative("in-a-country", countries=[country])
    make.make_event("hosted", host_city=city)
    make.make_event("anywhere", starts_on="")
    assert counted_fields(Initiative, "undated") == {"nowhere-never": ["starts_on"]}
    assert counted_fields(Initiative, "unplaced") == {"nowhere-never": ["cities"]}
    assert counted_fields(Event, "undated") == {"anywhere": ["starts_on"]}
    assert counted_fields(Event, "unplaced") == {"anywhere": ["host_city"]}
    assert metric_result(City, "undated") is None
    assert metric_result(Country, "unplaced") is None
    assert metric_result(City, "unplaced").count == 0  # the columns are not null


@pytest.mark.django_db
def test_a_dead_link_counts_for_the_report_and_for_records_that_depend_on_it():
    gone, alive = make.make_report("gone"), make.make_report("alive")
    mark_dead(gone)
    AddressCheck.objects.create(report=alive, checked_at=timezone.now(), answer="200", is_dead=False)
    make.make_evidence(make.make_initiative("lamps"), "*", gone.passages.get())
    make.make_evidence(make.make_initiative("poles"), "*", alive.passages.get())
    assert counted_fields(Report, "dead") == {"gone": ["*"]}
    assert counted_fields(Initiative, "dead") == {"lamps": ["*"]}


@pytest.mark.django_db
def test_a_link_is_not_dead_after_its_address_was_corrected():
    gone = make.make_report("gone")
    AddressCheck.objects.create(
        report=gone, checked_at=timezone.now(), answer="404", is_dead=True, address=gone.address
    )
    make.make_evidence(make.make_initiative("lamps"), "*", gone.passages.get())
    assert [metric_result(model, "dead").count for model in (Report, Initiative)] == [1, 1]
    gone.address = "https://gazette.example/moved"
    gone.save()
    assert [metric_result(model, "dead").count for model in (Report, Initiative)] == [0, 0]


# Filters


@pytest.fixture
def two_countries(db):
    """Initiatives in two countries on two themes, and a withdrawn initiative.

    The country is the country of a city, or of the initiative itself.
    """
    xa, xb = make.make_country("xa"), make.make_country("xb")
    lamps, poles = make.make_theme("lamps"), make.make_theme("poles")
    make.make_initiative("by-city", lead=[make.make_city("alphaville", xa)], themes=[lamps])
    make.make_initiative("directly", countries=[xa, xb], themes=[poles], state=PublicationState.DRAFT)
    make.make_initiative("elsewhere", countries=[xb], themes=[lamps, poles])
    make.make_initiative("withdrawn", countries=[xa], themes=[lamps], state=PublicationState.WITHDRAWN)


FILTERED = [
    ({}, ["by-city", "directly", "elsewhere"]),
    ({"country": "xa"}, ["by-city", "directly"]),
    ({"country": "xb"}, ["directly", "elsewhere"]),
    ({"theme": "lamps"}, ["by-city", "elsewhere"]),
    ({"country": "xb", "theme": "lamps"}, ["elsewhere"]),
    ({"state": "draft"}, ["directly"]),
    ({"country": "xa", "state": "withdrawn"}, ["withdrawn"]),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERED)
@pytest.mark.usefixtures("two_countries")
def test_the_report_is_filtered_by_country_theme_and_publication_state(filters, expected):
    keys = BitMap.union(BitMap(), *filtered_metrics(Initiative, **filters).states.values())
    assert sorted(Initiative.objects.filter(pk__in=keys).values_list("slug", flat=True)) == expected


@pytest.mark.usefixtures("two_countries")
def test_kinds_without_a_country_are_listed_but_not_counted(curator):
    page = soup(curator.get(f"{REPORT_URL}?country=xa"))
    kinds = [row.th.text for row in page.select("#data-quality tbody tr")]
    assert kinds == [
        "Countries",
        "Cities",
        "Organisations",
        "Events",
        "Delegates",
        "Statements",
        "Initiatives",
    ]
    assert (
        "Not counted here, because they have no country or theme: reports, themes, groups of countries."
        in page.text
    )


@pytest.mark.parametrize("query", ["country=nowhere", "theme=nothing", "state=lost"])
@pytest.mark.usefixtures("two_countries")
def test_an_invalid_value_shows_an_error_and_no_numbers(query, curator):
    for page in (REPORT_URL, f"{REPORT_URL}initiatives/unsourced/"):
        response = curator.get(f"{page}?{query}")
        assert response.status_code == 200
        assert "Select a valid choice" in soup(response).select_one(".errorlist").text
        assert not soup(response).select("#data-quality, #queue")


# Comparison with plain SQL

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
            AND e.field <> '*'
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
    # The status needs separate evidence, and every initiative has a status.
    ("Initiatives status", "single"): """
        SELECT count(*) FROM (
            SELECT e.object_id FROM sources_evidence e
            JOIN sources_passage p ON p.id = e.passage_id JOIN sources_report r ON r.id = p.report_id
            WHERE r.state = 'published' AND e.field = 'status' AND e.content_type_id = {initiative}
            AND e.stance = 'supports' GROUP BY e.object_id HAVING count(DISTINCT r.id) = 1
        ) AS told""",
    # Evidence on the kind or on the whole record supports the kind.
    ("Initiatives kind", "single"): """
        SELECT count(*) FROM (
            SELECT e.object_id FROM sources_evidence e
            JOIN sources_passage p ON p.id = e.passage_id JOIN sources_report r ON r.id = p.report_id
            WHERE r.state = 'published' AND e.field IN ('kind', '*') AND e.content_type_id = {initiative}
            AND e.stance = 'supports' GROUP BY e.object_id HAVING count(DISTINCT r.id) = 1
        ) AS told""",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "metric"), SQL)
@pytest.mark.usefixtures("loaded_package", "today")
def test_the_numbers_of_the_shipped_data_package_equal_plain_sql(kind, metric):
    kind_name, _space, field = kind.partition(" ")
    model = next(model for model in record_models() if model._meta.verbose_name_plural == kind_name.lower())
    with connection.cursor() as cursor:
        initiative = ContentType.objects.get_for_model(Initiative).pk
        cursor.execute(SQL[kind, metric].format(initiative=initiative))
        [expected] = cursor.fetchone()
    result = metric_result(model, metric)
    assert (len(result.by_field[field]) if field else result.count) == expected


@pytest.mark.usefixtures("loaded_package")
def test_sourced_and_unsourced_values_agree_with_the_publication_check():
    for model in record_models():
        if not model.evidence_fields:
            continue
        first = model.objects.order_by("pk")[:60]
        coverage = FieldCoverage(model, data_quality_config(model), BitMap(record.pk for record in first))
        sourced, unsourced = (METRICS[name].compute(coverage) for name in ("sourced", "unsourced"))
        for record in first:
            supported = evidence_coverage.supported_fields([record])[record.pk]
            by_whole = {
                name
                for name in evidence_coverage.filled_fields([record])[record.pk]
                if not model.needs_own_evidence(name)
            }
            covered = supported | (by_whole if "*" in supported else set())
            filled = set(evidence_coverage.filled_fields([record])[record.pk])
            assert set(sourced.fields_of(record.pk)) == filled & covered
            assert set(unsourced.fields_of(record.pk)) == filled - covered
