"""Tests that a report is converted into proposals with exact quotes.

Known records are matched first, and new records become drafts.
"""

import hypothesis
import pytest
from hypothesis import strategies as st

from sco_cities.intake.known_names import known_names
from sco_cities.intake.models import Proposal
from sco_cities.intake.proposals.proposal_list import ProposalList, TextPlaces
from sco_cities.intake.proposals.records import _candidates
from sco_cities.intake.reading.reader import read
from sco_cities.intake.reading.report_text import Mark, Span
from sco_cities.intake.reception import receive
from tests.factories import make_city, make_initiative, make_theme

from .reports import MEMORANDUM, read_report, subject, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def test_a_report_becomes_subjects_with_values():
    intake = read_report()
    assert (intake.title, intake.language, intake.stage) == (MEMORANDUM.splitlines()[0], "en", "read")
    memorandum = subject(intake, "initiative", "Memorandum: Dushanbe – Tianjin")
    assert memorandum.value["kind"] == "partnership"
    assert values(memorandum) == {
        "status": ["agreed"], "cities": ["Dushanbe", "Tianjin"], "themes": ["personal-safety"],
        "starts_on": ["2026-05-12"],
    }  # fmt: skip
    assert values(subject(intake, "delegate")) == {"role": ["Deputy Mayor of Dushanbe"], "city": ["Dushanbe"]}
    hotline = values(subject(intake, "initiative", "Help for visitors: Dushanbe"))
    assert hotline["figure"] == [
        {"label": "visitors", "value": "40000", "unit": "visitors", "qualifier": "over", "period": ""}
    ]
    assert values(subject(intake, "statement"))["delegate"] == ["Farrukh Testov"]


def test_known_records_are_named_and_new_ones_have_the_values_of_a_draft():
    intake = read_report("The mayor's office of Osh and Dushanbe signed an agreement in Osh.")
    assert subject(intake, "city", "Dushanbe").object_id
    osh = subject(intake, "city", "Osh")
    assert (osh.object_id, osh.certainty) == (None, "likely")
    assert osh.value == {
        "name_en": "Osh", "name_ru": "Ош", "name_zh": "奥什", "country": "kg", "latitude": "40.54041",
        "longitude": "72.79002", "geonames_id": "1527534", "wikidata_id": "Q47282",
    }  # fmt: skip


def test_every_quote_is_the_text_at_its_span_within_its_passage():
    intake = read_report()
    for proposal in Proposal.objects.select_related("passage"):
        start, end = proposal.spans[0]
        assert intake.text[start:end] == proposal.quote != ""
        assert proposal.passage.start <= start and end <= proposal.passage.end
    # The text of the report repeats its title, so the title has no proposals.
    assert not intake.proposals.filter(passage__number=1).exists()


def test_below_a_masthead_the_title_is_not_cited_and_a_figure_belongs_to_the_only_initiative():
    intake = read_report(
        "Osh Herald, 14 March 2026\n\nDushanbe and Tianjin sign a memorandum on tourist safety\n\n"
        "Dushanbe and Tianjin signed a memorandum on the safety of tourists on Friday.\n\n"
        "More than 40,000 visitors come to Dushanbe a year, the city said."
    )
    memorandum = subject(intake, "initiative")
    assert memorandum.passage.number == 3
    assert {value.passage.number for value in memorandum.values.all()} == {3, 4}
    figure = memorandum.values.get(kind="figure")
    assert (figure.value["value"], figure.reason, figure.certainty) == ("40000", "only_initiative", "likely")


def test_each_pair_of_a_list_has_the_theme_of_its_object():
    make_theme("sister-cities")
    intake = read_report(
        "Sister cities were named:\n- Dushanbe and Tianjin\n- Osh and Dushanbe\n- Osh and Tianjin"
    )
    themes = intake.proposals.filter(field="themes")
    assert {each.subject.shown for each in themes} == {
        "Sister cities: Dushanbe – Tianjin", "Sister cities: Osh – Dushanbe", "Sister cities: Osh – Tianjin"
    }  # fmt: skip
    found = {(each.value["slug"], each.certainty, each.reason, each.quote) for each in themes}
    assert found == {("sister-cities", "likely", "object", "Sister cities")}


def test_a_title_is_cited_only_for_what_nothing_else_says():
    intake = read_report(
        "Dushanbe and Tianjin in China\n\nGuests went to Dushanbe.\n\nNothing happened in Tianjin."
    )
    cited = {each.shown: each.passage.number for each in intake.proposals.all()}
    assert cited == {"Dushanbe": 2, "Tianjin": 3, "China": 1}


@pytest.mark.parametrize(
    "kind, themes, is_same",
    [
        ("partnership", [], True),
        ("project", ["personal-safety"], True),
        ("project", [], False),
    ],
)
def test_an_initiative_of_the_same_cities_is_probably_the_known_one(places, kind, themes, is_same):
    dushanbe, tianjin, *all_themes = places
    known = make_initiative(
        lead=[dushanbe, tianjin], kind=kind, themes=[theme for theme in all_themes if theme.slug in themes]
    )
    memorandum = subject(read_report(), "initiative", "Memorandum: Dushanbe – Tianjin")
    assert (memorandum.object_id == known.pk) is is_same
    assert (memorandum.reason == "same_cities") is is_same


def test_of_two_equally_similar_initiatives_none_is_chosen(places):
    for _number in range(2):
        make_initiative(lead=places[:2], kind="partnership")
    assert subject(read_report(), "initiative", "Memorandum: Dushanbe – Tianjin").object_id is None


@pytest.mark.parametrize(
    "text, names",
    [
        ("Заместитель мэра Душанбе Фаррух Тестов ждёт гостей.", {"ru": "Фаррух Тестов", "en": "Farrukh Testov"}),
        ("Мэр Тяньцзиня Линь Хаоюй приехал в Душанбе.", {"ru": "Линь Хаоюй"}),
        ("杜尚别市副市长陈明说，城市欢迎游客。", {"zh": "陈明", "en": "Chen Ming"}),
    ],
)  # fmt: skip
def test_a_name_in_another_script_is_offered_in_latin_letters_too(text, names):
    assert subject(read_report(text), "delegate").value == {
        f"name_{code}": name for code, name in names.items()
    }


def test_initiatives_of_many_cities_are_compared():
    cities = [make_city(f"town-{number}", "tj") for number in range(70)]
    known = make_initiative(lead=cities)
    make_initiative(lead=cities[1:])
    assert [each.pk for each in _candidates([city.pk for city in cities])] == [known.pk]


WORDS = [
    *"abАя杜尚别 \n.,:–«»“”。，0123456789",
    "\u202e",
    "🙂",
    "ẞ",
    "İ",
    "Dushanbe",
    "Тяньцзинь",
    "signed",
    "mayor",
]


@pytest.mark.only_on("sqlite")
@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map("".join))
def test_any_text_can_be_read_and_every_quote_is_in_it(text):
    hypothesis.assume(text.strip())
    intake = read_report(text)
    for proposal in intake.proposals.all():
        start, end = proposal.spans[0]
        assert text[start:end] == proposal.quote != ""
    # Later examples do not need the intake.
    intake.delete()


def test_the_number_of_queries_does_not_depend_on_the_number_of_proposals(django_assert_max_num_queries):
    read_report()
    many = "\n\n".join(
        f"{MEMORANDUM}\n\nOsh and Dushanbe signed an agreement on {n} buses." for n in range(40)
    )
    with django_assert_max_num_queries(40):
        intake = read_report(many)
    assert intake.proposals.count() > 60


@pytest.mark.parametrize(("certainty", "expected"), [("doubtful", "doubtful"), ("likely", "sure")])
def test_a_value_is_doubtful_if_its_record_is_doubtful(certainty, expected):
    intake = receive("Osh and Dushanbe share a theatre.", user=None)
    reading = read(intake.text, known_names())
    proposals = ProposalList(intake, TextPlaces(intake.text, intake.passages.all()), reading)
    mark = Mark("initiative", "Theatre", [Span(0, 3)])
    initiative = proposals.add_subject(mark, {}, reason="same_sentence", certainty=certainty)
    proposals.add_value(initiative, "status", "agreed", mark.spans, certainty="sure", reason="same_sentence")
    assert [value.certainty for value in proposals.values] == [expected]
