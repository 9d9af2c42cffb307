"""The custom admin pages in a browser with the width of a notebook screen."""

import pytest
from django.urls import reverse

FIELDS = "form.filter-form :is(input, select, button)"
EDGES = "boxes => boxes.map(box => [box.getBoundingClientRect().top, box.getBoundingClientRect().bottom])"


# The layout of a page does not depend on the database.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", ["review", "data_quality", "changes", "deleted_records"])
def test_the_filter_fields_and_their_button_have_one_height_in_one_line(curators_page, name, language):
    page = curators_page
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "domain": "localhost", "path": "/admin/"}]
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(reverse(f"admin:{name}"))
    edges = page.locator(FIELDS).evaluate_all(EDGES)
    assert len(edges) > 1
    assert all(edge == pytest.approx(edges[0], abs=0.5) for edge in edges)


@pytest.mark.only_on("sqlite")
def test_the_fields_of_an_import_start_at_the_same_left_edge(curators_page):
    curators_page.goto(reverse("admin:imports"))
    lefts = curators_page.locator("form.module .form-row :is(select, input)").evaluate_all(
        "boxes => boxes.map(box => Math.round(box.getBoundingClientRect().left))"
    )
    assert len(lefts) == 3
    assert len(set(lefts)) == 1
