"""The table of contents of a long page."""

import pytest
from django.template import Context, Template

from tests import factories as make
from tests.html import read_page

HEADINGS = '<h2 id="a">First &amp; last</h2><h2 id="b">B</h2><h2 id="c"><b>C</b></h2><h2 id="d">D</h2>'


def with_contents(content: str) -> str:
    template = Template("{% load notes %}{% contents %}{{ content|safe }}{% endcontents %}")
    return template.render(Context({"content": content}))


@pytest.mark.parametrize(
    ("more", "listed"),
    [
        ('<h2 id="e">E</h2>', True),
        ('<h2 id="notes">Footnotes</h2>', True),
        ("", False),
        # A heading without an id cannot be a link target, and the table never lists the section of changes.
        ("<h2>E</h2>", False),
        ('<h2 id="changes">Changes</h2>', False),
        ('<h3 id="e">E</h3>', False),
    ],
)
def test_a_page_has_contents_from_five_sections_on(more, listed):
    html = with_contents(HEADINGS + more)
    assert ("On this page" in html, html.endswith(HEADINGS + more)) == (listed, True)


def test_contents_link_to_each_section_by_its_heading():
    html = with_contents(HEADINGS + '<h2 id="notes">Notes</h2>')
    for link in ('"#a">First &amp; last<', '"#b">B<', '"#c">C<', '"#d">D<', '"#notes">Notes<'):
        assert f"<li><a href={link}/a></li>" in html


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_the_name_of_a_section_is_escaped(client):
    html = with_contents(HEADINGS + '<h2 id="e">&lt;script&gt;</h2>')
    assert '"#e">&lt;script&gt;</a>' in html


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_the_reports_of_a_record_are_counted_below_its_name(client):
    city = make.make_city("alphaville")
    assert "#notes" not in read_page(client, "/cities/alphaville/").links()
    for slug in ("gazette", "courier"):
        make.make_evidence(city, "population", make.make_report(slug, passages=2).passages.last())
    page = read_page(client, "/cities/alphaville/")
    assert "Country XA 2 reports" in page.text()
    assert "#notes" in page.links()
