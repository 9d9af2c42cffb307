import math
from itertools import combinations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.dashboard.map.context import initiatives
from sco_cities.dashboard.map.labels import FIRST, Disc, place_labels, text_width
from sco_cities.dashboard.map.layout import LETTERINGS, map_layout
from sco_cities.dashboard.map.network import Network
from sco_cities.dashboard.map.scope import MapScope
from sco_cities.dashboard.map.viewport import WIDTH
from sco_cities.facet_index.refresh import require_facet_index

HEIGHT = 1000
SIZE = 20
names = st.text("aiMwйШ天津 -", min_size=1, max_size=14)
spots = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT), st.floats(4, 27), names)
# Where cities crowd.
close = st.tuples(st.integers(700, 900), st.integers(400, 500), st.floats(4, 27), names)


def discs(found):
    return [Disc(key, name, x, y, radius) for key, (x, y, radius, name) in enumerate(found)]


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(st.lists(spots | close, max_size=60), st.sampled_from([20, 31, 50]))
def test_names_never_cover_each_other_or_leave_the_sheet(found, size):
    boxes = [label.box(size) for label in place_labels(discs(found), size, HEIGHT)]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
    assert all(box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= HEIGHT for box in boxes)


@given(st.lists(spots, min_size=FIRST, max_size=40))
def test_names_cover_no_disc(found):
    all_ = discs(found)
    for label in place_labels(all_, SIZE, HEIGHT):
        box = label.box(SIZE)
        for disc in all_:
            if disc != label.disc:
                # Its middle half: squares are coarser than discs.
                half = disc.radius / 2
                middle = disc.x - half, disc.y - half, disc.x + half, disc.y + half
                assert not overlap(box, middle), (label, disc)


def nearer(labels, all_, size, grown):
    """Each name together with that of another city whose disc has its edge nearer to it than its own has."""

    def gap(box, disc):
        left, top, right, bottom = box
        across = max(left - disc.x, disc.x - right, 0)
        return math.hypot(across, max(top - disc.y, disc.y - bottom, 0)) - disc.radius * grown

    found = []
    for label in labels:
        box = label.box(size)
        own = gap(box, label.disc)
        found += [(label.disc.name, disc.name) for disc in all_ if gap(box, disc) < own - 1e-6]
    return found


@given(st.lists(close, min_size=5, max_size=60), st.sampled_from(LETTERINGS))
def test_no_name_stands_nearer_to_another_city_in_a_crowd(found, lettering):
    all_ = discs(found)
    labels = place_labels(all_, lettering.size, HEIGHT, grown=lettering.grown)
    assert not nearer(labels, all_, lettering.size, lettering.grown)


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
@pytest.mark.parametrize("query", ["", "country=kz"])
@pytest.mark.usefixtures("loaded")
def test_no_name_stands_nearer_to_another_city_on_the_maps_of_the_site(query, language):
    with translation.override(language), require_facet_index("initiatives") as state:
        map_ = map_layout(Network(MapScope(initiatives(state, query))))
    for lettering, labels in map_.names:
        assert len(labels) > 15
        assert not nearer(labels, map_.discs, lettering.size, lettering.grown)


@given(st.lists(close, min_size=5, max_size=60), st.sampled_from(LETTERINGS))
def test_names_on_one_line_are_more_than_a_space_apart(found, lettering):
    size = lettering.size
    boxes = [label.box(size) for label in place_labels(discs(found), size, HEIGHT)]
    for one, other in combinations(boxes, 2):
        assert not overlap((one[0], one[1], one[2] + 0.45 * size, one[3]), other)


def test_a_name_stands_right_of_its_city_and_elsewhere_where_that_is_taken():
    (alone,) = place_labels([Disc(1, "Alphaville", 500, 500, 10)], SIZE, HEIGHT)
    assert (alone.anchor, alone.x > 510, alone.y) == ("start", True, 506)
    (at_the_edge,) = place_labels([Disc(1, "Alphaville", WIDTH - 20, 500, 10)], SIZE, HEIGHT)
    assert (at_the_edge.anchor, at_the_edge.x < WIDTH - 30) == ("end", True)
    two = place_labels(
        [Disc(1, "Alphaville", 500, 500, 10), Disc(2, "Betaville", 560, 500, 10)], SIZE, HEIGHT
    )
    assert [(label.disc.name, label.anchor) for label in two] == [
        ("Alphaville", "end"),
        ("Betaville", "start"),
    ]


def test_a_large_city_that_finds_no_room_chooses_before_the_others():
    # On a sheet of one line the long name fits only where the short one would stand by itself.
    line = [Disc(1, "Oa", 200, 20, 10), Disc(2, "a" * 111, WIDTH - 20, 20, 10)]
    assert {label.disc.key: label.anchor for label in place_labels(line, SIZE, 40)} == {1: "end", 2: "end"}


def test_of_cities_in_one_place_the_largest_is_named():
    heap = [Disc(key, f"City of {key}", 300 + key, 300, 12) for key in range(FIRST + 30)]
    assert place_labels(heap, SIZE, HEIGHT)[0].disc.key == 0


@pytest.mark.parametrize(
    ("shorter", "longer"), [("ill", "mmm"), ("Оренбург", "天津天津天津天津"), ("osh", "Osh")]
)
def test_broad_letters_make_long_names(shorter, longer):
    assert text_width(shorter) < text_width(longer)
