"""Deltas as text, with values, lists, rows and word-by-word differences."""

import pytest
from django.utils import translation

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.history import delta
from sco_cities.history.diff_display import revision_lines, word_diff
from sco_cities.sources.models import Report
from tests import factories as make
from tests.history.snapshots import snapshot

pytestmark = pytest.mark.only_on("sqlite")


def texts(model, made, **options) -> list:
    """The lines of a delta as tuples.

    Each tuple contains a label, the removed and the added texts, and the changed rows with their differences.
    """
    (lines,) = revision_lines([(model, made)], **options)
    return [_text(line) for line in lines]


def _text(line) -> tuple:
    parts = "".join({"removed": "-", "added": "+"}.get(part.kind, "") + part.text for part in line.parts)
    rows = [(row, [_text(cell) for cell in cells]) for row, cells in line.changed]
    return tuple(
        filter(
            None,
            (
                line.label,
                parts,
                [f"-{text}" for text in line.removed],
                [f"+{text}" for text in line.added],
                rows,
            ),
        )
    )


@pytest.mark.parametrize(
    ("model", "made", "expected"),
    [
        (Initiative, {"title_en": ["Lamps", "Lanterns"]}, ("title in English", "-Lamps+Lanterns")),
        (Initiative, {"title_ru": ["", "Фонари"]}, ("title in Russian", "+Фонари")),
        (Initiative, {"title_ru": ["Фонари", ""]}, ("title in Russian", "-Фонари")),
        (Initiative, {"status": ["under_way", "operating"]}, ("status", "-under way+operating")),
        (Initiative, {"status": ["since removed", "agreed"]}, ("status", "-since removed+agreed")),
        (Initiative, {"starts_on": ["2025-05", "2024/2029"]}, ("starts on", "-May 2025+2024 to 2029")),
        (Report, {"accessed_on": [None, "2025-02-01"]}, ("accessed on", "+1 February 2025")),
        (Report, {"language": [None, "en"]}, ("language", "+English")),
        (Initiative, {"event": ["", "no-more"]}, ("event", "+no-more")),
        (Initiative, {"themes": {"removed": ["dark"], "added": []}}, ("themes", ["-dark"])),
        (Initiative, {"figures": {"removed": [], "added": [
            {"label": "lamps", "value": "1234.5", "unit": "lamps", "qualifier": "over", "period": "2025-05"}]}},
         ("figures", ["+lamps · 1,234.5 · lamps · over · May 2025"])),
        (Initiative, {"city_roles": {"removed": [{"city": "a", "role": "lead"}],
                                     "added": [{"city": "a", "role": "partner"}]}},
         ("cities in initiatives", [("a", [("role", "-lead+partner")])])),
        (Initiative, {"evidence": {"removed": [], "added": [
            {"field": "starts_on", "figure": "", "passage": "gazette#2", "stance": "differs",
             "reported_value": "2023"}]}},
         ("evidence", ["+starts on · gazette#2 · contradicts · 2023"])),
        (Initiative, {"evidence": {"removed": [
            {"field": "figure", "figure": "lamps", "passage": "gazette#2", "stance": "supports", "reported_value": ""}],
            "added": []}},
         ("evidence", ["-figure: lamps · gazette#2 · confirms"])),
        (Event, {"attendances": {
            "removed": [{"delegate": "ada", "role_at_event": "guest"}, {"delegate": "bob", "role_at_event": "guest"}],
            "added": [{"delegate": "ada", "role_at_event": "speaker"}]}},
         ("attendances", ["-bob · guest"], [("ada", [("role at the event", "-guest+speaker")])])),
    ],
)  # fmt: skip
def test_a_delta_is_displayed_as_text(model, made, expected, db):
    assert texts(model, made) == [expected]


def test_readers_see_no_attendance_of_an_unpublished_delegate_and_no_ruling(db):
    make.make_delegate("ada", name_en="Ada", state="draft")
    added = [{"delegate": "ada", "role_at_event": "the mayor"}]
    assert texts(Event, {"attendances": {"removed": [], "added": added}}, for_readers=True) == [
        ("attendances", ["+an unpublished record"])
    ]
    rulings = {"removed": [], "added": [{"field": "kind", "reason": "It is wrong."}]}
    assert texts(Event, {"rulings": rulings}, for_readers=True) == []


def test_a_field_that_no_longer_exists_is_ignored(db):
    assert texts(Initiative, {"mood": ["bright", "dim"], "title_en": ["a", "b"]}) == [
        ("title in English", "-a+b")
    ]


def test_referenced_records_are_shown_by_name_with_one_query_per_model(django_assert_num_queries, db):
    make.make_theme("lamps", name_en="All about lamps")
    make.make_event(slug="forum", name_en="The forum")
    made = {"event": ["", "forum"], "themes": {"removed": [], "added": ["lamps", "gone"]}}
    with django_assert_num_queries(2):
        revision_lines([(Initiative, made)] * 30)
    assert texts(Initiative, made) == [("event", "+The forum"), ("themes", ["+All about lamps", "+gone"])]


def test_passages_are_shown_with_their_first_words_with_one_query(django_assert_num_queries, db):
    make.make_report("gazette", passages=2)
    rows = [
        {
            "field": "kind",
            "figure": "",
            "passage": f"gazette#{number}",
            "stance": "supports",
            "reported_value": "",
        }
        for number in (1, 2, 3)
    ]
    made = {"evidence": {"removed": [], "added": rows}}
    # The queries read reports and passages.
    with django_assert_num_queries(2):
        revision_lines([(Initiative, made)] * 30)
    assert texts(Initiative, made) == [
        (
            "evidence",
            [
                "+kind · gazette#1 “Passage 1 of gazette.” · confirms",
                "+kind · gazette#2 “Passage 2 of gazette.” · confirms",
                # This passage has been deleted.
                "+kind · gazette#3 · confirms",
            ],
        )
    ]
    assert "Passage 1" not in repr(texts(Initiative, made, for_readers=True))


def test_readers_do_not_see_names_of_unpublished_records(db):
    make.make_theme("lamps")
    make.make_theme("secret", state="draft")
    make.make_report("herald", state="draft")
    evidence = {
        "field": "kind",
        "figure": "",
        "passage": "herald#1",
        "stance": "supports",
        "reported_value": "the value in the draft",
    }
    made = {
        "themes": {"removed": [], "added": ["lamps", "secret", "gone"]},
        "evidence": {"removed": [], "added": [evidence]},
    }
    hidden = "+an unpublished record"
    assert texts(Initiative, made, for_readers=True) == [
        ("themes", ["+Lamps", hidden, hidden]), ("evidence", [hidden]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "passages", [("herald#1", "herald#1"), ("herald#1", "gazette#1"), ("gazette#1", "herald#1")]
)
def test_readers_do_not_see_changes_of_evidence_from_a_draft_report(passages, db):
    make.make_report("herald", state="draft")
    make.make_report("gazette")
    rows = [
        {"field": "kind", "figure": "", "passage": passage, "stance": "differs", "reported_value": value}
        for passage, value in zip(passages, ("first value", "second value"), strict=True)
    ]
    text = repr(texts(Initiative, {"evidence": {"removed": rows[:1], "added": rows[1:]}}, for_readers=True))
    assert "an unpublished record" in text
    assert [value for passage, value in zip(passages, ("first value", "second value"), strict=True)
            if passage == "herald#1" and value in text] == []  # fmt: skip


def test_values_are_formatted_in_the_active_language(db):
    with translation.override("ru"):
        assert texts(Initiative, {"starts_on": ["", "2025"]})[0][1] == "+2025\xa0г."


LONG = "Lamps are put up along the main street of the city, and they shine all night long."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("short", "text", "-short+text"),
        ("", LONG, f"+{LONG}"),
        (LONG, "", f"-{LONG}"),
        (LONG, LONG.replace("night", "day"), LONG.replace("night", "-night+day")),
        (LONG, LONG + " They are bright.", LONG + "+ They are bright."),
        (LONG, "Something that has nothing in common with what was there at first sight.",
         f"-{LONG}+Something that has nothing in common with what was there at first sight."),
        ("城市" * 40 + "灯", "城市" * 40 + "光", "城市" * 40 + "-灯+光"),
    ],
)  # fmt: skip
def test_long_texts_are_compared_word_by_word(old, new, expected):
    assert (
        "".join({"removed": "-", "added": "+"}.get(part.kind, "") + part.text for part in word_diff(old, new))
        == expected
    )


def test_very_long_texts_are_shown_whole_instead_of_compared():
    parts = word_diff("lamps " * 5_000, "lanterns " * 5_000)
    assert [part.kind for part in parts] == ["removed", "added"]


ITEM, OTHER = {"removed": ["a"], "added": ["b"]}, {"removed": ["b"], "added": ["c"]}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"x": [1, 2]}, {"x": [2, 3]}, {"x": [1, 3]}),
        ({"x": [1, 2]}, {"x": [2, 1]}, {}),
        ({"x": [1, 2]}, {"y": [3, 4]}, {"x": [1, 2], "y": [3, 4]}),
        ({"x": ITEM}, {"x": OTHER}, {"x": {"removed": ["a"], "added": ["c"]}}),
        ({"x": ITEM}, {"x": {"removed": ["b"], "added": ["a"]}}, {}),
    ],
)
def test_two_deltas_are_composed_into_one(first, second, expected):
    assert delta.compose(first, second) == expected


def test_an_inverted_delta_restores_the_document(db):
    lamps = make.make_initiative("lamps", lead=[make.make_city()], sourced=True)
    before = snapshot(lamps)
    lamps.title_en = "Lanterns"
    lamps.save()
    lamps.city_roles.all().delete()
    made = delta.diff(before, snapshot(lamps))
    assert delta.apply(before, made) == snapshot(lamps)
    assert delta.apply(snapshot(lamps), delta.invert(made)) == before
    assert delta.compose(made, delta.invert(made)) == {}
