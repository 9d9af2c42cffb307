"""Firmness and cities as the tables of lists show them."""

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string

from initiatives.models import Initiative, Status
from initiatives.templatetags.city_roles import MAX_NAMED, city_roles
from initiatives.templatetags.status import status_label
from tests import factories as make


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_disc_and_its_word(status):
    shown = BeautifulSoup(status_label(status), "html.parser")
    drawings = BeautifulSoup(render_to_string("site/_sprite.html"), "html.parser")
    assert shown.get_text().strip() == status.label
    assert drawings.find(id=shown.use["href"].removeprefix("#"))


@pytest.mark.django_db
def test_leading_cities_come_before_partners_and_partners_before_references():
    alpha, beta, gamma, hidden = (make.make_city(slug) for slug in ("alpha", "beta", "gamma", "hidden"))
    initiative = make.make_initiative(lead=[gamma], partner=[beta, hidden], reference=[alpha])
    hidden.state = "draft"
    hidden.save()
    parts = city_roles(Initiative.objects.with_cities().get(pk=initiative.pk))
    assert parts == (
        '<b>Gamma</b> <span class="to"><span aria-hidden="true">–</span><span class="hidden">with</span></span> '
        "Beta, Alpha"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("partners", "named", "more"), [(6, 6, ""), (7, 5, "and 2 more"), (12, 5, "and 7 more")]
)
def test_many_cities_are_named_in_part_and_the_others_counted(partners, named, more):
    cities = [make.make_city(f"city-{letter}") for letter in "abcdefghijklm"]
    parts = city_roles(make.make_initiative(lead=cities[:1], partner=cities[1 : 1 + partners]))
    shown = BeautifulSoup(parts, "html.parser")
    assert len(shown.select("b")) == 1
    assert "".join(counted.extract().get_text() for counted in shown.select(".second")) == more
    assert len(shown.get_text().partition("–")[2].split(",")) == named
    assert MAX_NAMED == 6
