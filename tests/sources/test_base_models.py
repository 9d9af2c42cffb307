import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from initiatives.models import Initiative, InitiativeCity
from sco_cities.cities.models import City
from sco_cities.sources.base_models import PublicationState
from sco_cities.sources.models import Evidence, Figure, FormerSlug, Passage, Report
from tests import factories as make

pytestmark = pytest.mark.django_db


def refused_by_the_database(write):
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
def test_the_database_refuses_an_initiative_with(values):
    refused_by_the_database(lambda: make.make_initiative(**values))


@pytest.mark.parametrize(
    "values",
    [{"latitude": "90.5"}, {"latitude": "-91"}, {"longitude": "180.5"}, {"population": -1}, {"name_en": ""}],
)
def test_the_database_refuses_a_city_with(values):
    make.make_country()
    refused_by_the_database(lambda: make.make_city("nowhere", **values))


def test_the_database_refuses_two_records_of_a_kind_with_one_slug():
    make.make_initiative("twice")
    refused_by_the_database(lambda: make.make_initiative("twice"))


def test_the_database_refuses_a_second_role_of_a_city_in_an_initiative():
    city = make.make_city()
    initiative = make.make_initiative(lead=[city])
    refused_by_the_database(
        lambda: InitiativeCity.objects.create(initiative=initiative, city=city, role="partner")
    )


def test_the_database_refuses_a_statement_of_nobody_at_no_event():
    refused_by_the_database(lambda: make.make_statement())


def test_the_database_refuses_evidence_that_differs_without_saying_how():
    initiative = make.make_initiative()
    refused_by_the_database(lambda: make.make_evidence(initiative, "status", stance="differs"))


@pytest.mark.parametrize("on_a_figure", [True, False])
def test_the_database_refuses_the_same_evidence_twice(on_a_figure):
    initiative = make.make_initiative()
    field = make.make_figure(initiative) if on_a_figure else "status"
    make.make_evidence(initiative, field)
    refused_by_the_database(lambda: make.make_evidence(initiative, field))


def test_the_database_refuses_evidence_that_names_a_figure_for_another_field():
    initiative = make.make_initiative()
    figure = make.make_figure(initiative)
    refused_by_the_database(
        lambda: Evidence.objects.create(
            record=initiative, field="status", figure=figure, passage=make.make_report().passages.get()
        )
    )


def test_a_passage_that_is_evidence_cannot_be_deleted_but_a_record_takes_its_evidence_along():
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
def test_a_form_learns_which_field_is_wrong(values, field):
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
def test_how_long_an_initiative_runs_is_worked_out_when_it_is_saved(values, runs_until):
    make.make_initiative("timed", **values)
    found = Initiative.objects.get().runs_until
    assert (found and found.isoformat()) == runs_until


def test_a_changed_slug_goes_on_leading_to_its_record():
    city = make.make_city("oldtown")
    city.slug = "newtown"
    city.save()
    assert FormerSlug.objects.get().slug == "oldtown"
    assert FormerSlug.objects.get().record == city


def test_a_slug_that_is_changed_and_changed_back_leaves_only_the_one_between():
    make.make_city("oldtown")
    for slug in ("newtown", "oldtown"):
        city = City.objects.get()
        city.slug = slug
        city.save()
    assert list(FormerSlug.objects.values_list("slug", flat=True)) == ["newtown"]


def test_the_former_slug_of_another_record_cannot_be_taken():
    city = make.make_city("oldtown")
    city.slug = "newtown"
    city.save()
    other = City(slug="oldtown", name_en="Other", country=city.country, latitude=1, longitude=1)
    with pytest.raises(ValidationError) as caught:
        other.full_clean()
    assert caught.value.message_dict == {
        "slug": ["This was the address of another record, and links to it must go on working."]
    }


@pytest.mark.parametrize("words", ["АЛЬФАВИЛЬ", "альфа", "阿尔法", "ALPHA", "alpha viLLe", "second name"])
def test_words_are_found_in_any_name_and_in_any_case(words):
    make.make_city(
        "alpha", name_en="Alpha Ville", name_ru="Альфавиль", name_zh="阿尔法城", aliases="Second Name"
    )
    make.make_city("beta")
    assert [city.slug for city in City.objects.containing_any([words])] == ["alpha"]


def test_evidence_tells_one_report_from_several_and_from_disagreeing_ones():
    first, second = make.make_report("first").passages.get(), make.make_report("second").passages.get()
    single, several, disputed = (make.make_initiative(slug) for slug in ("single", "several", "disputed"))
    for record, passage in ((single, first), (several, first), (several, second), (disputed, first)):
        make.make_evidence(record, passage=passage)
    make.make_evidence(single, "status", passage=first)
    make.make_evidence(disputed, "status", passage=second, stance="differs", reported_value="agreed")

    def slugs(*levels):
        return [record.slug for record in Initiative.objects.with_evidence(list(levels))]

    assert slugs("single") == ["disputed", "single"]
    assert slugs("several") == ["several"]
    assert slugs("disputed") == ["disputed"]
    assert slugs("several", "disputed") == ["disputed", "several"]


def test_unpublished_reports_count_for_nothing():
    report = make.make_report(state=PublicationState.DRAFT)
    initiative = make.make_initiative()
    make.support_everything(initiative, report.passages.get())
    make.make_evidence(initiative, "kind", report.passages.get(), stance="differs", reported_value="plan")
    assert not Initiative.objects.with_evidence(["single", "several", "disputed"])
    assert "status" in initiative.unsourced_fields()
    Report.objects.update(state=PublicationState.PUBLISHED)
    assert initiative.unsourced_fields() == []


def test_the_fields_that_lack_evidence_are_named():
    initiative = make.make_initiative(lead=[make.make_city()], themes=[make.make_theme()])
    make.make_figure(initiative, "lamps")
    assert initiative.unsourced_fields() == [
        "title_en", "summary_en", "kind", "status", "starts_on", "themes", "cities", "figure:lamps",
    ]  # fmt: skip
    make.make_evidence(initiative, "*")
    assert initiative.unsourced_fields() == ["status", "starts_on", "cities", "figure:lamps"]
    make.support_everything(make.make_initiative("other"))
    make.make_evidence(initiative, "status", stance="earlier", reported_value="as of 2023: interest")
    assert "status" in initiative.unsourced_fields()


def test_names_that_other_records_refer_to_need_evidence_for_their_figures_only():
    city = make.make_city()
    assert city.unsourced_fields() == []
    make.make_figure(city, "lamps")
    assert city.unsourced_fields() == ["figure:lamps"]
