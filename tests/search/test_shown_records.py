"""A list search finds records by the names of the places, people and organisations shown with them."""

import pytest
from django.http import QueryDict

from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_query import ListQuery
from sco_cities.search import ranking
from sco_cities.search.results import search_results
from sco_cities.search.searchable_lists import LISTS_BY_COLLECTION
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.every_engine]


def found(collection: str, *phrases: str) -> list[str]:
    """Returns the slugs in a list for a search, in alphabetical order."""
    params = QueryDict(mutable=True)
    params.setlist("q", phrases)
    kind = LISTS_BY_COLLECTION[collection]
    with facet_index(collection) as state:
        list_query = ListQuery(kind.listing, state, params)
        assert list_query.errors == {}
        keys = list(list_query.result_set.keys)
    return sorted(kind.model.objects.filter(pk__in=keys).values_list("slug", flat=True))


@pytest.fixture
def harbours():
    """Records whose own texts do not name the places, people and organisations shown with them."""
    country = make.make_country("xa", name_en="Lampland", name_ru="Лампландия", name_zh="灯国")
    city = make.make_city(
        "alpha", country, name_en="Alphaville", name_ru="Альфавиль", name_zh="阿尔法城", aliases="Oldtown"
    )
    office = make.make_organisation("office", name_en="Harbour Bureau", city=city)
    speaker = make.make_delegate(
        "speaker", name_en="Ada Alphova", role="Mayor of Nightingale", organisation=office
    )
    forum = make.make_event("forum", name_en="First meeting", host_city=city)
    make.make_attendance(forum, speaker)
    make.make_statement("said", delegate=speaker, event=forum, summary="It is bright")
    make.make_initiative("bridges", title_en="New bridges", lead=[city], organisations=[office])
    make.make_initiative("direct", title_en="Old roads", countries=[country])
    make.make_initiative("other", title_en="Tunnels", lead=[make.make_city("beta", "xb")])
    make.make_event("elsewhere", name_en="Second meeting")


@pytest.mark.usefixtures("harbours")
@pytest.mark.parametrize(
    ("collection", "phrase", "expected"),
    [
        ("events", "Alphaville", ["forum"]),
        ("events", "Альфавиле", ["forum"]),
        ("events", "阿尔法城", ["forum"]),
        ("events", "oldtown", ["forum"]),
        ("events", "Lampland", ["forum"]),
        ("events", "Alphova", ["forum"]),
        ("events", "meeting Alphaville", ["forum"]),
        ("events", "second Alphaville", []),
        ("initiatives", "alphaville", ["bridges"]),
        ("initiatives", "Лампландия", ["bridges", "direct"]),
        ("initiatives", "harbour bureau", ["bridges"]),
        ("initiatives", "bridges lampland harbour", ["bridges"]),
        ("initiatives", "tunnels lampland", []),
        ("organisations", "alphaville", ["office"]),
        ("organisations", "灯国", ["office"]),
        ("delegates", "harbour", ["speaker"]),
        ("cities", "lampland", ["alpha"]),
        ("statements", "ada", ["said"]),
        ("statements", "harbour bright", ["said"]),
        # A role is not a name.
        ("events", "nightingale", []),
        ("statements", "mayor", []),
        # Connecting words in names do not find records.
        ("initiatives", "of", []),
    ],
)
def test_a_record_is_found_by_the_names_that_it_shows(collection, phrase, expected):
    assert found(collection, phrase) == expected


@pytest.mark.usefixtures("harbours")
def test_any_of_several_phrases_may_name_a_shown_record():
    assert found("initiatives", "alphaville", "tunnels") == ["bridges", "other"]


@pytest.mark.usefixtures("harbours")
def test_a_renamed_city_is_immediately_found_only_by_its_new_name():
    assert found("events", "alphaville") == ["forum"]
    city = LISTS_BY_COLLECTION["cities"].model.objects.get(slug="alpha")
    city.name_en, city.name_ru, city.name_zh, city.aliases = "Omegaburg", "", "", ""
    city.save()
    assert (found("events", "alphaville"), found("events", "omegaburg")) == ([], ["forum"])


@pytest.mark.usefixtures("harbours")
@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
@pytest.mark.parametrize(
    ("kind", "slug", "collection", "phrase"),
    [
        ("cities", "alpha", "events", "alphaville"),
        ("cities", "alpha", "initiatives", "alphaville"),
        ("countries", "xa", "initiatives", "lampland"),
        ("countries", "xa", "cities", "lampland"),
        ("organisations", "office", "initiatives", "harbour"),
        ("organisations", "office", "delegates", "harbour"),
        ("delegates", "speaker", "statements", "alphova"),
        ("delegates", "speaker", "events", "alphova"),
    ],
)
def test_the_name_of_an_unpublished_record_finds_nothing(kind, slug, collection, phrase, state):
    assert found(collection, phrase)
    LISTS_BY_COLLECTION[kind].model.objects.filter(slug=slug).update(state=state)
    assert found(collection, phrase) == []


@pytest.fixture
def rail():
    """An initiative whose report title contains a different name."""
    report = make.make_report("paper-2025", title="Work on the Omega LRT goes on", publisher="Nightly Herald")
    initiative = make.make_initiative(
        "omega-light-rail", title_en="Driverless railway", summary_en="It is under way."
    )
    make.make_evidence(initiative, passage=report.passages.get())
    make.make_initiative("underground", title_en="Tunnels")
    return report


@pytest.mark.usefixtures("rail")
@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Omega LRT", ["omega-light-rail"]),
        ("lrt", ["omega-light-rail"]),
        ("omega-light-rail", ["omega-light-rail"]),
        ("Omega Light Rail", ["omega-light-rail"]),
        ("omega light", []),
        ("lrt driverless", ["omega-light-rail"]),
        ("lrt tunnels", []),
        ("herald", []),
        ("lrt herald", []),
    ],
)
def test_an_initiative_is_found_by_its_slug_and_by_the_titles_of_its_reports(phrase, expected):
    assert found("initiatives", phrase) == expected
    groups = {group.collection: group for group in search_results([phrase], "default").groups}
    hits = groups["initiatives"].hits if expected else []
    assert [hit.record.slug for hit in hits] == expected


def test_the_title_of_an_unpublished_report_finds_nothing(rail):
    rail.state = "withdrawn"
    rail.save()
    assert found("initiatives", "Omega LRT") == []


@pytest.mark.usefixtures("rail")
def test_a_word_of_very_many_titles_finds_no_initiatives(monkeypatch):
    monkeypatch.setattr(ranking, "MAX_TITLES", 1)
    assert found("initiatives", "lrt") == ["omega-light-rail"]
    make.make_report("paper-2026", title="Another LRT")
    assert found("initiatives", "lrt") == []


@pytest.mark.usefixtures("harbours")
def test_the_words_of_a_long_sentence_are_searched_only_in_the_records():
    words = " ".join(f"word{number}" for number in range(ranking.MAX_WORDS))
    assert found("events", f"alphaville {words}") == []


@pytest.mark.usefixtures("harbours", "rail")
def test_results_show_the_name_that_was_found():
    def excerpts(phrase: str) -> dict[str, str | None]:
        groups = search_results([phrase], "default").groups
        return {hit.record.slug: hit.excerpt for group in groups for hit in group.hits}

    assert excerpts("Alphaville")["forum"] == "<mark>Alphaville</mark>"
    assert excerpts("alphova")["said"] == "Ada <mark>Alphova</mark>"
    assert excerpts("Driverless")["omega-light-rail"] is None
    assert (
        excerpts("omega lrt")["omega-light-rail"] == "Work on the <mark>Omega</mark> <mark>LRT</mark> goes on"
    )


@pytest.mark.usefixtures("harbours")
@pytest.mark.parametrize("phrase", ["alphaville", "lampland", "harbour", "ada"])
def test_the_number_of_results_equals_the_length_of_the_list(phrase):
    for group in search_results([phrase], "default").groups:
        assert group.count == len(found(group.collection, phrase)), group.collection
