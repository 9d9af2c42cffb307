import math
from itertools import combinations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sco_cities.dashboard.map.context import NO_EMPHASIS, initiative_list
from sco_cities.dashboard.map.labels import (
    CELL,
    LAPTOP,
    PRIORITY_LABELS,
    PROMINENT,
    SCALES,
    Disc,
    place_labels,
    text_width,
)
from sco_cities.dashboard.map.layout import Emphasis, map_layout
from sco_cities.dashboard.map.network import Network
from sco_cities.dashboard.map.scope import MapScope
from sco_cities.dashboard.map.viewport import WIDTH
from sco_cities.facet_index.refresh import facet_index

HEIGHT = 1000
scales = st.sampled_from(SCALES)
names = st.text("aiMwйШ天津 -", min_size=1, max_size=14)
spread_out = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT), st.floats(4, 20), names)
# Cities that are close to each other.
crowded = st.tuples(st.integers(700, 900), st.integers(400, 500), st.floats(4, 20), names)


def make_discs(values):
    return [Disc(key, name, x, y, radius) for key, (x, y, radius, name) in enumerate(values)]


def shown(discs, scale, height=HEIGHT):
    """The labels that are shown for these discs at a scale."""
    return [label for label in place_labels(discs, height) if label.scale <= scale]


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(st.lists(spread_out | crowded, max_size=60), scales)
def test_names_never_overlap_or_leave_the_map_at_any_scale(values, scale):
    boxes = [label.box(scale) for label in shown(make_discs(values), scale)]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))
    assert all(box[0] >= 0 and box[2] <= WIDTH * scale + CELL for box in boxes)
    assert all(box[1] >= 0 and box[3] <= HEIGHT * scale + CELL for box in boxes)


@given(st.lists(spread_out, min_size=PRIORITY_LABELS, max_size=40), scales)
def test_names_cover_no_disc_at_any_scale(values, scale):
    all_ = make_discs(values)
    for label in shown(all_, scale):
        box = label.box(scale)
        # The names of the largest cities may cover the discs of small cities.
        for disc in all_[:PROMINENT] if label.disc in all_[:PRIORITY_LABELS] else all_:
            if disc != label.disc:
                # Checks only the inner half of the disc, because the grid is coarser than the discs.
                x, y, half = disc.x * scale, disc.y * scale, disc.radius / 2
                assert not overlap(box, (x - half, y - half, x + half, y + half)), (label, disc)


def nearer_cities(labels, all_, scale):
    """The pairs of a label's city and another city whose disc is nearer to the label at a scale."""

    def gap(box, disc):
        left, top, right, bottom = box
        x, y = disc.x * scale, disc.y * scale
        return math.hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0)) - disc.radius

    pairs = []
    for label in labels:
        if label.disc in all_[:PRIORITY_LABELS]:
            continue
        box = label.box(scale)
        own = gap(box, label.disc)
        pairs += [(label.disc.name, disc.name) for disc in all_ if gap(box, disc) < own - 1e-6]
    return pairs


@given(st.lists(crowded, min_size=5, max_size=60), scales)
def test_no_name_is_nearer_to_another_city_in_a_crowd(values, scale):
    all_ = make_discs(values)
    assert not nearer_cities(shown(all_, scale), all_, scale)


@given(st.lists(spread_out | crowded, max_size=60))
def test_a_name_has_the_same_distance_to_its_disc_at_every_scale(values):
    for label in place_labels(make_discs(values), HEIGHT):
        for scale in SCALES:
            left, top, right, bottom = label.box(scale)
            x, y = label.disc.x * scale, label.disc.y * scale
            gap = math.hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0)) - label.disc.radius
            assert -0.5 * label.disc.radius < gap < 10


def layout_of(query, emphasised=""):
    with facet_index("initiatives") as state:
        emphasis = NO_EMPHASIS
        if emphasised:
            cities = state.index("cities").records.items()
            emphasis = Emphasis(next(key for key, city in cities if city.slug == emphasised))
        return map_layout(Network(MapScope(initiative_list(state, query))), emphasis)


@pytest.mark.parametrize("slug", ["tianjin", "tashkent", "dushanbe"])
@pytest.mark.usefixtures("loaded_package")
def test_a_city_has_a_name_on_its_own_map_at_every_scale(slug):
    labels = layout_of(f"city={slug}").labels
    assert [label.scale for label in labels if label.disc.name.lower() == slug] == [SCALES[0]]


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
@pytest.mark.parametrize("query", ["", "country=kz"])
@pytest.mark.usefixtures("loaded_package")
def test_names_on_the_maps_of_the_site_are_at_their_cities_and_grow_in_number(query, language):
    with translation.override(language):
        map_ = layout_of(query)
    counts = []
    for scale in SCALES:
        labels = [label for label in map_.labels if label.scale <= scale]
        counts.append(len(labels))
        assert not nearer_cities(labels, map_.discs, scale)
    assert counts == sorted(counts)
    # With more cities, there is less space for names on a phone.
    assert counts[SCALES.index(0.53)] > 8
    # At the largest scale, nearly every city has its name.
    assert counts[-1] > len(map_.discs) * 0.95


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
@pytest.mark.usefixtures("loaded_package")
def test_smaller_cities_give_way_to_the_names_of_the_largest(language):
    # Other names may leave no space for some of the ten largest cities.
    with translation.override(language):
        map_ = layout_of("")
    scales = {label.disc.key: label.scale for label in map_.labels}
    largest = [scales[disc.key] for disc in map_.discs[:10]]
    assert sum(scale <= 0.8 for scale in largest) > len(largest) / 2
    assert sorted(scales.values())[len(scales) // 2] <= 1


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
@pytest.mark.usefixtures("loaded_package")
def test_the_largest_cities_are_named_before_small_ones_at_every_zoom(language):
    with translation.override(language):
        map_ = layout_of("")
    slugs = {key: city.slug for key, city in map_.numbers.state.index("cities").records.items()}
    scales = {slugs[label.disc.key]: label.scale for label in map_.labels}
    for slug in ("tashkent", "bishkek", "almaty", "dushanbe", "moscow"):
        assert scales[slug] == SCALES[0], slug
    assert scales["tianjin"] <= SCALES[2]
    assert scales["kandy"] > scales["tianjin"]
    # Minsk is surrounded by small cities of its country. Its name is visible on a laptop that shows the whole map.
    assert scales["minsk"] <= LAPTOP


@pytest.mark.usefixtures("loaded_package")
def test_the_partners_of_an_emphasised_city_are_named_with_their_numbers():
    map_ = layout_of("", "tianjin")
    names = {label.disc.name for label in map_.labels}
    partners = {f"{disc.name} {map_.partners[disc.key]}" for disc in map_.discs if disc.key in map_.partners}
    assert len(partners) > 10
    assert names == partners | {"Tianjin"}


@given(st.lists(crowded, min_size=5, max_size=60), scales)
def test_names_on_one_line_are_more_than_a_space_apart(values, scale):
    new = [label for label in place_labels(make_discs(values), HEIGHT) if label.scale == scale]
    boxes = [label.box(scale) for label in new]
    for one, other in combinations(boxes, 2):
        assert not overlap((one[0], one[1], one[2] + 0.45 * 21, one[3]), other)


def test_a_name_is_right_of_its_city_or_elsewhere_if_that_is_occupied():
    (alone,) = place_labels([Disc(1, "Alphaville", 500, 500, 10)], HEIGHT)
    assert (alone.anchor, alone.x, alone.y, alone.scale) == ("start", 15, 6, SCALES[0])
    (at_the_edge,) = place_labels([Disc(1, "Alphaville", WIDTH - 20, 500, 10)], HEIGHT)
    assert (at_the_edge.anchor, at_the_edge.x) == ("end", -15)
    one, other = place_labels(
        [Disc(1, "Alphaville", 500, 500, 10), Disc(2, "Betaville", 600, 500, 10)], HEIGHT
    )
    assert {label.disc.name: label.anchor for label in (one, other)} == {
        "Alphaville": "end",
        "Betaville": "start",
    }


@pytest.mark.usefixtures("loaded_package")
def test_the_names_of_the_largest_cities_are_beside_their_discs_on_a_laptop():
    labels = [label for label in layout_of("").labels if label.disc.name in ("Almaty", "Qingdao", "Tashkent")]
    assert {label.disc.name: label.anchor for label in labels} == {
        "Almaty": "start",
        "Qingdao": "start",
        "Tashkent": "end",
    }
    assert {label.y for label in labels} == {6}


def test_a_name_appears_at_the_scale_at_which_it_fits():
    # Two cities lie between two other cities, whose names take up the space on a small map.
    names = ["Alphaville", "Betaville", "Gammaville", "Deltaville"]
    discs = [Disc(key, name, 800 + 12 * key, 500, 6) for key, name in enumerate(names)]
    by_name = {label.disc.name: label.scale for label in place_labels(discs, HEIGHT)}
    assert by_name["Alphaville"] == SCALES[0]
    assert by_name["Gammaville"] > SCALES[0]


def test_the_largest_of_several_cities_in_one_place_is_named():
    heap = [Disc(key, f"City of {key}", 300, 300, 12) for key in range(PRIORITY_LABELS + 30)]
    assert place_labels(heap, HEIGHT)[0].disc.key == 0


@pytest.mark.parametrize(
    ("shorter", "longer"), [("ill", "mmm"), ("Оренбург", "天津天津天津天津"), ("osh", "Osh")]
)
def test_wide_letters_make_long_names(shorter, longer):
    assert text_width(shorter) < text_width(longer)
