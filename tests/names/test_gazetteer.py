"""Each process reads the gazetteers once."""

from sco_cities.names import gazetteer


def test_the_names_of_a_place_are_in_memory_once():
    place = next(each for each in gazetteer.places(gazetteer.REGION) if "Tashkent" in each.names)
    names = gazetteer.city_names()[place.number]
    assert any(name is own for name in names for own in place.names)
    assert place.number in gazetteer.numbers_of("ТАШКЕНТ")
    assert gazetteer.places(gazetteer.REGION) is gazetteer.places(gazetteer.REGION)


def test_a_place_without_a_number_has_its_country_and_name():
    places = (*gazetteer.places(gazetteer.REGION), *gazetteer.places(gazetteer.WORLD))
    assert all(each.number.isdigit() or each.number == f"{each.country} {each.names[0]}" for each in places)
    assert len({each.number for each in places}) < len(places)
