"""Parsed pages for tests, with elements by id, their text, and their links."""

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.test.html import Element, parse_html

from sco_cities.listings import link_html


@dataclass(frozen=True)
class Page:
    """A parsed page. Parsing succeeds only if all tags are closed in order."""

    response: object
    root: Element

    def all_ids(self) -> list[str]:
        return [value for element in _elements(self.root) if (value := _attribute(element, "id"))]

    def element(self, id: str) -> Element | None:
        matches = (element for element in _elements(self.root) if _attribute(element, "id") == id)
        return next(matches, None)

    def text(self, id: str = "content") -> str:
        """The text of the element with this id, with single spaces."""
        element = self.element(id)
        assert element is not None, f"no element has the id {id}"
        # Every tag is read as a space, and spaces before punctuation are removed.
        return re.sub(r" (?=[,.;:)])|(?<=\() ", "", " ".join(_text(element).split()))

    def links(self, id: str = "content") -> list[str]:
        """The URLs of the links inside the element with this id."""
        element = self.element(id)
        assert element is not None, f"no element has the id {id}"
        return [href for inner in _elements(element) if (href := _attribute(inner, "href"))]


def read_page(client, url: str, **extra) -> Page:
    """The page at a URL, which must exist."""
    response = client.get(url, **extra)
    assert response.status_code == 200, f"{url} answers {response.status_code}"
    root = parse_html(response.content.decode())
    return Page(response, root if isinstance(root, Element) else root[0])


def _attribute(element: Element, name: str) -> str:
    return str(dict(element.attributes).get(name) or "")


def _elements(element: Element):
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from _elements(child)


def _text(element: Element) -> str:
    return " ".join(_text(child) if isinstance(child, Element) else child for child in element.children)


def column_headers(list_query) -> dict[str, tuple[str, str]]:
    """The query string and the direction of each column header of a list, by label."""
    context = {"list_query": list_query, "list_path": "/list/"}
    cells = BeautifulSoup(link_html.column_header_cells(context), "html.parser").find_all("th")
    return {
        next(cell.stripped_strings): (
            cell.a["href"].removeprefix("/list/") if cell.a else "",
            cell.get("aria-sort", ""),
        )
        for cell in cells
    }
