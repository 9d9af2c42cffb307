import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pyroaring import BitMap

from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.models import City
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import registered_functions
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure, FormerSlug, Passage, Report
from tests import factories as make

pytestmark = pytest.mark.django_db


def unsourced_fields(record) -> list[str]:
    return evidence_coverage.unsourced_fields([record])[record.pk]


def assert_integrity_error(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_readers_see_only_published_records():
    make.make_initiative("seen")
    make.make_initiative("hidden", state=PublicationState.DRAFT)
    make.make_initiative("waiting", state=PublicationState.IN_REVIEW)
    assert [record.slug for record in Initiative.objects.published()] == ["seen"]


@pytest.mark.parametrize(
    "values",
    [
        {"status": "hoped_for"},
        {"kind": "dream"},
        {"state": "lost"},
        {"title_en": ""},
        {"starts_on": "2024", "ends_on": "2023"},
    ],
)
def test_the_database_rejects_an_initiative_with(values):
    assert_integrity_error(lambda: make.make_initiative(**values))


@pytest.mark.parametrize(
    "values",
    [{"latitude": "90.5"}, {"latitude": "-91"}, {"longitude": "180.5"}, {"population": -1}, {"name_en": ""}],
)
def test_the_database_rejects_a_city_with(values):
    make.make_country()
    assert_integrity_error(lambda: make.make_city("nowhere", **values))


def test_the_database_rejects_two_records_of_a_kind_with_the_same_slug():
    make.make_initiative("twice")
    assert_integrity_error(lambda: make.make_initiative("twice"))


def test_the_database_rejects_a_second_role_of_a_city_in_an_initiative():
    city = make.make_city()
    initiative = make.make_initiative(lead=[city])
    assert_integrity_error(
        lambda: InitiativeCity.objects.create(initiative=initiative, city=city, role="partner")
    )


def test_the_database_rejects_a_statement_without_delegate_and_event():
    assert_integrity_error(lambda: make.make_statement())


def test_the_database_rejects_differing_evidence_without_a_reported_value():
    initiative = make.make_initiative()
    assert_integrity_error(lambda: make.make_evidence(initiative, "status", stance="differs"))


@pytest.mark.parametrize("for_a_figure", [True, False])
def test_the_database_rejects_duplicate_evidence(for_a_figure):
    initiative = make.make_initiative()
    field = make.make_figure(initiative) if for_a_figure else "status"
    make.make_evidence(initiative, field)
    assert_integrity_error(lambda: make.make_evidence(initiative, field))


def test_the_database_rejects_a_figure_in_evidence_for_another_field():
    initiative = make.make_initiative()
    figure = make.make_figure(initiative)
    assert_integrity_error(
        lambda: Evidence.objects.create(
            record=initiative, field="status", figure=figure, passage=make.make_report().passages.get()
        )
    )


def test_a_passage_with_evidence_cannot_be_deleted_and_a_record_is_deleted_with_its_evidence():
    initiative = make.make_initiative(sourced=True)
    make.make_figure(initiative)
    with pytest.raises(IntegrityError):
        Passage.objects.get().delete()
    initiative.delete()
    assert (Evidence.objects.count(), Figure.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "two--hyphens"}, "slug"),
        ({"slug": "line\n"}, "slug"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "2024", "ends_on": "2023"}, "ends_on"),
        ({"status": "hoped_for"}, "status"),
    ],
)
def test_validation_errors_name_the_field(values, field):
    initiative = make.make_initiative("right")
    for name, value in values.items():
        setattr(initiative, name, value)
    with pytest.raises(ValidationError) as caught:
        initiative.full_clean()
    assert field in caught.value.message_dict


@pytest.mark.parametrize(
    ("values", "runs_until"),
    [
        ({"starts_on": "2024-05", "status": "operating"}, None),
        ({"starts_on": "2024-05", "status": "completed"}, "2024-05-31"),
        ({"starts_on": "2024", "status": "stalled"}, "2024-12-31"),
        ({"starts_on": "2024", "ends_on": "2026-02", "status": "completed"}, "2026-02-28"),
        ({"starts_on": "", "status": "completed"}, None),
    ],
)
def test_the_last_day_of_an_initiative_is_computed_when_it_is_saved(values, runs_until):
    make.make_initiative("timed", **values)
    stored = Initiative.objects.get().runs_until
    assert (stored and stored.isoformat()) == runs_until


def test_a_former_slug_refers_to_its_record():
    city = make.make_city("oldtown")
    city.slug = "newtown"
    city.save()
    assert FormerSlug.objects.get().slug == "oldtown"
    assert FormerSlug.objects.get().record == city


def test_a_slug_changed_back_leaves_only_the_intermediate_slug():
    make.make_city("oldtown")
    for slug in ("newtown", "oldtown"):
        city = City.objects.get()
        city.slug = slug
        city.save()
    assert list(FormerSlug.objects.values_list("slug", flat=True)) == ["newtown"]


def test_the_former_slug_of_another_record_is_rejected():
    city = make.make_city("oldtown")
    city.slug = "newtown"
    city.save()
    other = City(slug="oldtown", name_en="Other", country=city.country, latitude=1, longitude=1)
    with pytest.raises(ValidationError) as caught:
        other.full_clean()
    assert caught.value.message_dict == {
        "slug": [
            "This slug belonged to another record, and links to it must keep working. Choose another slug."
        ]
    }


@pytest.mark.parametrize("words", ["АЛЬФАВИЛЬ", "альфа", "阿尔法", "ALPHA", "alpha viLLe", "second name"])
def test_search_matches_any_name_in_any_case(words):
    make.make_city(
        "alpha", name_en="Alpha Ville", name_ru="Альфавиль", name_zh="阿尔法城", aliases="Second Name"
    )
    make.make_city("beta")
    keys = registered_functions.find("cities", [words], "default")
    assert [city.slug for city in City.objects.filter(pk__in=keys)] == ["alpha"]


def slugs_with_evidence(collection: str, *levels: str) -> list[str]:
    with facet_index(collection) as state:
        facet = state.facet(collection, "evidence")
    keys = BitMap.union(*(facet[level] for level in levels))
    return sorted(Initiative.objects.filter(pk__in=keys).values_list("slug", flat=True))


def test_evidence_is_single_several_or_disputed():
    first, second = make.make_report("first").passages.get(), make.make_report("second").passages.get()
    single, several, disputed = (make.make_initiative(slug) for slug in ("single", "several", "disputed"))
    for record, passage in ((single, first), (several, first), (several, second), (disputed, first)):
        make.make_evidence(record, passage=passage)
    make.make_evidence(single, "status", passage=first)
    make.make_evidence(disputed, "status", passage=second, stance="differs", reported_value="agreed")

    def slugs(*levels):
        return slugs_with_evidence("initiatives", *levels)

    assert slugs("single") == ["disputed", "single"]
    assert slugs("several") == ["several"]
    assert slugs("disputed") == ["disputed"]
    assert slugs("several", "disputed") == ["disputed", "several"]


def test_unpublished_reports_do_not_count():
    report = make.make_report(state=PublicationState.DRAFT)
    initiative = make.make_initiative()
    make.support_everything(initiative, report.passages.get())
    make.make_evidence(initiative, "kind", report.passages.get(), stance="differs", reported_value="plan")
    assert slugs_with_evidence("initiatives", "single", "several", "disputed") == []
    assert "status" in unsourced_fields(initiative)
    Report.objects.update(state=PublicationState.PUBLISHED)
    assert unsourced_fields(initiative) == []


def test_unsourced_fields_are_the_filled_fields_without_evidence():
    initiative = make.make_initiative(lead=[make.make_city()], themes=[make.make_theme()])
    make.make_figure(initiative, "lamps")
    assert unsourced_fields(initiative) == [
        "title_en", "summary_en", "kind", "status", "starts_on", "themes", "cities", "figure:lamps",
    ]  # fmt: skip
    make.make_evidence(initiative, "*")
    assert unsourced_fields(initiative) == ["status", "starts_on", "cities", "figure:lamps"]
    make.support_everything(make.make_initiative("other"))
    make.make_evidence(initiative, "status", stance="earlier", reported_value="as of 2023: interest")
    assert "status" in unsourced_fields(initiative)


def test_reference_data_needs_evidence_for_figures_only():
    city = make.make_city()
    assert unsourced_fields(city) == []
    make.make_figure(city, "lamps")
    assert unsourced_fields(city) == ["figure:lamps"]
