"""Statuses and cities in the tables of lists."""

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string

from initiatives.models import Initiative, Status
from initiatives.templatetags.city_roles import MAX_NAMED, city_roles
from initiatives.templatetags.status import status_label
from tests import factories as make


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_disc_and_its_word(status):
    label = BeautifulSoup(status_label(status), "html.parser")
    sprite = BeautifulSoup(render_to_string("site/_sprite.html"), "html.parser")
    assert label.get_text().strip() == status.label
    assert sprite.find(id=label.use["href"].removeprefix("#"))


@pytest.mark.django_db
def test_lead_cities_come_before_partners_and_partners_before_references():
    alpha, beta, gamma, hidden = (make.make_city(slug) for slug in ("alpha", "beta", "gamma", "hidden"))
    initiative = make.make_initiative(lead=[gamma], partner=[beta, hidden], reference=[alpha])
    hidden.state = "draft"
    hidden.save()
    html = city_roles(Initiative.objects.with_cities().get(pk=initiative.pk))
    assert html == (
        '<b>Gamma</b> <span class="separator"><span aria-hidden="true">–</span>'
        '<span class="visually-hidden">with</span></span> '
        "Beta, Alpha"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("partners", "named", "more"), [(6, 6, ""), (7, 5, "and 2 more"), (12, 5, "and 7 more")]
)
def test_only_some_of_many_cities_are_named_and_the_others_counted(partners, named, more):
    cities = [make.make_city(f"city-{letter}") for letter in "abcdefghijklm"]
    html = city_roles(make.make_initiative(lead=cities[:1], partner=cities[1 : 1 + partners]))
    cell = BeautifulSoup(html, "html.parser")
    assert len(cell.select("b")) == 1
    assert "".join(count.extract().get_text() for count in cell.select(".secondary")) == more
    assert len(cell.get_text().partition("–")[2].split(",")) == named
    assert MAX_NAMED == 6
