"""Changes in words: values, lists, rows and texts, before and after."""

import pytest
from django.utils import translation

from delegates.models import Event
from initiatives.models import Initiative
from sco_cities.history import delta
from sco_cities.history.diff_display import revision_lines, word_diff
from sco_cities.sources.models import Report
from tests import factories as make
from tests.history.snapshots import snapshot


def said(model, made, **how) -> list:
    """The lines, each as its label and what went and came; rows that changed with what differs in them."""
    (lines,) = revision_lines([(model, made)], **how)
    return [_said(line) for line in lines]


def _said(line) -> tuple:
    parts = "".join({"gone": "-", "come": "+"}.get(part.kind, "") + part.text for part in line.parts)
    rows = [(row, [_said(each) for each in differing]) for row, differing in line.changed]
    return tuple(
        filter(
            None,
            (line.label, parts, [f"-{text}" for text in line.gone], [f"+{text}" for text in line.come], rows),
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
        (Initiative, {"event": ["", "no-more"]}, ("event", "+no-more")),
        (Initiative, {"themes": {"removed": ["dark"], "added": []}}, ("themes", ["-dark"])),
        (Initiative, {"figures": {"removed": [], "added": [
            {"label": "lamps", "value": "12", "unit": "lamps", "qualifier": "over", "period": "2025-05"}]}},
         ("figures", ["+lamps · 12 · lamps · over · May 2025"])),
        (Initiative, {"city_roles": {"removed": [{"city": "a", "role": "lead"}],
                                     "added": [{"city": "a", "role": "partner"}]}},
         ("cities in initiatives", [("a", [("role", "-lead+partner")])])),
        (Initiative, {"evidence": {"removed": [], "added": [
            {"field": "starts_on", "figure": "", "passage": "gazette#2", "stance": "differs",
             "reported_value": "2023"}]}},
         ("evidence", ["+starts on · gazette#2 · differs · 2023"])),
        (Initiative, {"evidence": {"removed": [
            {"field": "figure", "figure": "lamps", "passage": "gazette#2", "stance": "supports", "reported_value": ""}],
            "added": []}},
         ("evidence", ["-figure: lamps · gazette#2 · supports"])),
        (Event, {"attendances": {
            "removed": [{"delegate": "ada", "role_at_event": "guest"}, {"delegate": "bob", "role_at_event": "guest"}],
            "added": [{"delegate": "ada", "role_at_event": "speaker"}]}},
         ("attendances", ["-bob · guest"], [("ada", [("role at the event", "-guest+speaker")])])),
    ],
)  # fmt: skip
def test_a_change_is_said_in_words(model, made, expected, db):
    assert said(model, made) == [expected]


def test_a_field_that_is_no_more_is_passed_over(db):
    assert said(Initiative, {"mood": ["bright", "dim"], "title_en": ["a", "b"]}) == [
        ("title in English", "-a+b")
    ]


def test_what_is_named_is_called_by_its_name_with_a_query_for_each_kind(django_assert_num_queries, db):
    make.make_theme("lamps", name_en="All about lamps")
    make.make_event(slug="forum", name_en="The forum")
    made = {"event": ["", "forum"], "themes": {"removed": [], "added": ["lamps", "gone"]}}
    with django_assert_num_queries(2):
        revision_lines([(Initiative, made)] * 30)
    assert said(Initiative, made) == [("event", "+The forum"), ("themes", ["+All about lamps", "+gone"])]


def test_readers_are_told_nothing_of_what_is_not_published(db):
    make.make_theme("lamps")
    make.make_theme("secret", state="draft")
    make.make_report("herald", state="draft")
    evidence = {
        "field": "kind",
        "figure": "",
        "passage": "herald#1",
        "stance": "supports",
        "reported_value": "what the draft says",
    }
    made = {
        "themes": {"removed": [], "added": ["lamps", "secret", "gone"]},
        "evidence": {"removed": [], "added": [evidence]},
    }
    hidden = "+a record that is not published"
    assert said(Initiative, made, to_readers=True) == [
        ("themes", ["+Lamps", hidden, hidden]), ("evidence", [hidden]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "passages", [("herald#1", "herald#1"), ("herald#1", "gazette#1"), ("gazette#1", "herald#1")]
)
def test_readers_are_not_told_how_evidence_of_a_draft_report_has_changed(passages, db):
    make.make_report("herald", state="draft")
    make.make_report("gazette")
    rows = [
        {"field": "kind", "figure": "", "passage": passage, "stance": "differs", "reported_value": value}
        for passage, value in zip(passages, ("said first", "said then"), strict=True)
    ]
    told = repr(said(Initiative, {"evidence": {"removed": rows[:1], "added": rows[1:]}}, to_readers=True))
    assert "a record that is not published" in told
    assert [value for passage, value in zip(passages, ("said first", "said then"), strict=True)
            if passage == "herald#1" and value in told] == []  # fmt: skip


def test_words_are_in_the_language_of_whoever_reads(db):
    with translation.override("ru"):
        assert said(Initiative, {"starts_on": ["", "2025"]})[0][1] == "+2025\xa0г."


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
        "".join({"gone": "-", "come": "+"}.get(part.kind, "") + part.text for part in word_diff(old, new))
        == expected
    )


def test_texts_of_any_length_are_compared_in_no_time():
    parts = word_diff("lamps " * 5_000, "lanterns " * 5_000)
    assert [part.kind for part in parts] == ["gone", "come"]


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
def test_two_changes_come_to_one(first, second, expected):
    assert delta.compose(first, second) == expected


def test_a_change_there_and_back_leaves_a_record_as_it_was(db):
    lamps = make.make_initiative("lamps", lead=[make.make_city()], sourced=True)
    before = snapshot(lamps)
    lamps.title_en = "Lanterns"
    lamps.save()
    lamps.city_roles.all().delete()
    made = delta.diff(before, snapshot(lamps))
    assert delta.apply(before, made) == snapshot(lamps)
    assert delta.apply(snapshot(lamps), delta.invert(made)) == before
    assert delta.compose(made, delta.invert(made)) == {}
