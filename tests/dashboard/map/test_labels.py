import math
from itertools import combinations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.dashboard.map.context import initiative_list
from sco_cities.dashboard.map.labels import PRIORITY_LABELS, Disc, place_labels, text_width
from sco_cities.dashboard.map.layout import LETTERINGS, map_layout
from sco_cities.dashboard.map.network import Network
from sco_cities.dashboard.map.scope import MapScope
from sco_cities.dashboard.map.viewport import WIDTH
from sco_cities.facet_index.refresh import facet_index

HEIGHT = 1000
SIZE = 20
names = st.text("aiMwйШ天津 -", min_size=1, max_size=14)
spread_out = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT), st.floats(4, 27), names)
# Cities close to each other.
crowded = st.tuples(st.integers(700, 900), st.integers(400, 500), st.floats(4, 27), names)


def make_discs(values):
    return [Disc(key, name, x, y, radius) for key, (x, y, radius, name) in enumerate(values)]


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(st.lists(spread_out | crowded, max_size=60), st.sampled_from([20, 31, 50]))
def test_names_never_overlap_or_leave_the_map(values, size):
    boxes = [label.box(size) for label in place_labels(make_discs(values), size, HEIGHT)]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
    assert all(box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= HEIGHT for box in boxes)


@given(st.lists(spread_out, min_size=PRIORITY_LABELS, max_size=40))
def test_names_cover_no_disc(values):
    all_ = make_discs(values)
    for label in place_labels(all_, SIZE, HEIGHT):
        box = label.box(SIZE)
        for disc in all_:
            if disc != label.disc:
                # The inner half of the disc: the grid is coarser than discs.
                half = disc.radius / 2
                middle = disc.x - half, disc.y - half, disc.x + half, disc.y + half
                assert not overlap(box, middle), (label, disc)


def nearer_cities(labels, all_, size, disc_scale):
    """Pairs of a label's city and another city whose disc is nearer to the label."""

    def gap(box, disc):
        left, top, right, bottom = box
        across = max(left - disc.x, disc.x - right, 0)
        return math.hypot(across, max(top - disc.y, disc.y - bottom, 0)) - disc.radius * disc_scale

    pairs = []
    for label in labels:
        box = label.box(size)
        own = gap(box, label.disc)
        pairs += [(label.disc.name, disc.name) for disc in all_ if gap(box, disc) < own - 1e-6]
    return pairs


@given(st.lists(crowded, min_size=5, max_size=60), st.sampled_from(LETTERINGS))
def test_no_name_is_nearer_to_another_city_in_a_crowd(values, lettering):
    all_ = make_discs(values)
    labels = place_labels(all_, lettering.size, HEIGHT, disc_scale=lettering.disc_scale)
    assert not nearer_cities(labels, all_, lettering.size, lettering.disc_scale)


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
@pytest.mark.parametrize("query", ["", "country=kz"])
@pytest.mark.usefixtures("loaded_package")
def test_no_name_is_nearer_to_another_city_on_the_maps_of_the_site(query, language):
    with translation.override(language), facet_index("initiatives") as state:
        map_ = map_layout(Network(MapScope(initiative_list(state, query))))
    for lettering, labels in map_.names:
        assert len(labels) > 15
        assert not nearer_cities(labels, map_.discs, lettering.size, lettering.disc_scale)


@given(st.lists(crowded, min_size=5, max_size=60), st.sampled_from(LETTERINGS))
def test_names_on_one_line_are_more_than_a_space_apart(values, lettering):
    size = lettering.size
    boxes = [label.box(size) for label in place_labels(make_discs(values), size, HEIGHT)]
    for one, other in combinations(boxes, 2):
        assert not overlap((one[0], one[1], one[2] + 0.45 * size, one[3]), other)


def test_a_name_is_right_of_its_city_or_elsewhere_if_that_is_occupied():
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


def test_a_large_city_without_a_position_is_placed_first_in_the_next_attempt():
    # On a map of one line the long name fits only where the short name would be placed first.
    line = [Disc(1, "Oa", 200, 20, 10), Disc(2, "a" * 111, WIDTH - 20, 20, 10)]
    assert {label.disc.key: label.anchor for label in place_labels(line, SIZE, 40)} == {1: "end", 2: "end"}


def test_the_largest_of_several_cities_in_one_place_is_named():
    heap = [Disc(key, f"City of {key}", 300 + key, 300, 12) for key in range(PRIORITY_LABELS + 30)]
    assert place_labels(heap, SIZE, HEIGHT)[0].disc.key == 0


@pytest.mark.parametrize(
    ("shorter", "longer"), [("ill", "mmm"), ("Оренбург", "天津天津天津天津"), ("osh", "Osh")]
)
def test_wide_letters_make_long_names(shorter, longer):
    assert text_width(shorter) < text_width(longer)
