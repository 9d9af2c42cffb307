"""Firmness and cities as the tables of lists show them."""

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string

from initiatives.models import Initiative, Status
from initiatives.templatetags.city_parts import NAMED, city_parts
from initiatives.templatetags.firmness import firmness
from tests import factories as make


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_disc_and_its_word(status):
    shown = BeautifulSoup(render_to_string("initiatives/_firmness.html", firmness(status)), "html.parser")
    drawings = BeautifulSoup(render_to_string("browse/_sprite.html"), "html.parser")
    assert shown.get_text().strip() == status.label
    assert drawings.find(id=shown.use["href"].removeprefix("#"))


@pytest.mark.django_db
def test_leading_cities_come_before_partners_and_partners_before_references():
    alpha, beta, gamma, hidden = (make.make_city(slug) for slug in ("alpha", "beta", "gamma", "hidden"))
    initiative = make.make_initiative(lead=[gamma], partner=[beta, hidden], reference=[alpha])
    hidden.state = "draft"
    hidden.save()
    parts = city_parts(Initiative.objects.with_cities().get(pk=initiative.pk))
    assert (parts["lead"], parts["others"], parts["more"]) == ([gamma], [beta, alpha], 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("partners", "named", "more"), [(6, 6, 0), (7, 5, 2), (12, 5, 7)])
def test_many_cities_are_named_in_part_and_the_others_counted(partners, named, more):
    cities = [make.make_city(f"city-{letter}") for letter in "abcdefghijklm"]
    parts = city_parts(make.make_initiative(lead=cities[:1], partner=cities[1 : 1 + partners]))
    assert (len(parts["others"]), parts["more"]) == (named, more)
    assert NAMED == 6
