"""Template tags for statuses and cities in the tables of lists."""

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from initiatives.list_rows import lead_cell
from initiatives.models import Status
from initiatives.templatetags.initiative_rows import MAX_NAMED, city_cell, city_roles_html, separators
from initiatives.templatetags.status import status_label
from sco_cities.core.localized_names import Localized
from tests import factories as make


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_disc_and_its_word(status):
    label = BeautifulSoup(status_label(status), "html.parser")
    sprite = BeautifulSoup(render_to_string("site/_sprite.html"), "html.parser")
    assert label.get_text().strip() == status.label
    assert sprite.find(id=label.use["href"].removeprefix("#"))


def test_lead_cities_come_before_partners_and_partners_before_references():
    assert city_roles_html([lead_cell(Localized("Gamma", "en"))], ["Beta"], ["Alpha"]) == (
        '<b>Gamma</b> <span class="separator"><span aria-hidden="true">–</span>'
        '<span class="visually-hidden">with</span></span> '
        "Beta, Alpha"
    )


@pytest.mark.parametrize(
    ("partners", "named", "more"), [(6, 6, ""), (7, 5, "and 2 more"), (12, 5, "and 7 more")]
)
def test_only_some_of_many_cities_are_named_and_the_others_counted(partners, named, more):
    cities = [f"City {letter}" for letter in "abcdefghijklm"]
    cell = BeautifulSoup(
        city_roles_html([lead_cell(Localized(cities[0], "en"))], cities[1 : 1 + partners], []), "html.parser"
    )
    assert len(cell.select("b")) == 1
    assert "".join(count.extract().get_text() for count in cell.select(".secondary")) == more
    assert len(cell.get_text().partition("–")[2].split(",")) == named
    assert MAX_NAMED == 6


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_two_records_on_a_page_have_separate_statistics():
    city, theme = make.make_city(), make.make_theme()
    make.make_initiative("lamps", lead=[city])
    page = Template(
        "{% load initiative_rows %}{% related_initiatives city as of_city %}{% related_initiatives theme as of_theme %}"
        "{% related_initiatives city as again %}{{ of_city.count }} {{ of_theme.count }} {{ again.count }}"
    )
    assert page.render(Context({"city": city, "theme": theme})) == "1 0 1"


LEADS = ["<b>A</b>", "<b>B</b>", "<b>C</b>", "<b>D</b>"]


@pytest.mark.parametrize(
    ("leads", "partners", "shown", "rest", "count", "title"),
    [
        ([], ["E", "F", "G"], "E, F, G", None, None, None),
        (LEADS[:1], ["E", "F", "G"], "A –with E, F", ", G", "+1", "G"),
        (LEADS[:3], ["E", "F"], "A, B, C", " –with E, F", "+2", "E; F"),
        (LEADS, [], "A, B, C", ", D", "+1", "D"),
        ([], list("EFGHIJKLM"), "E, F, G", ", H, I, J and 3 more", "+6", "H; I; J; K; L; M"),
    ],
)
def test_a_row_names_three_cities_and_counts_the_cities_named_by_cards_and_print(
    leads, partners, shown, rest, count, title
):
    leads, partners = map(SafeString, leads), map(SafeString, partners)
    cell = BeautifulSoup(city_cell(list(leads), list(partners), [], separators("en")), "html.parser")
    hidden, number = cell.select_one(".rest"), cell.select_one(".rest-count")
    assert (hidden and hidden.extract().text, number and number.extract().text) == (rest, count)
    assert (number and number["title"], cell.text.strip()) == (title, shown)
