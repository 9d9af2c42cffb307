"""Reading pages in tests: the element with an id, its words, and where its links lead."""

import re
from dataclasses import dataclass

from django.test.html import Element, parse_html


@dataclass(frozen=True)
class Page:
    """A page as a reader gets it. That it parses shows that its tags are closed in order."""

    response: object
    root: Element

    def all_ids(self) -> list[str]:
        return [value for element in _elements(self.root) if (value := _attribute(element, "id"))]

    def element(self, id: str) -> Element | None:
        found = (element for element in _elements(self.root) if _attribute(element, "id") == id)
        return next(found, None)

    def text(self, id: str = "content") -> str:
        """The words of the element with this id, with single spaces."""
        element = self.element(id)
        assert element is not None, f"nothing on the page has the id {id}"
        # Every tag counts as a space here: those before punctuation are taken out again.
        return re.sub(r" (?=[,.;:)])|(?<=\() ", "", " ".join(_words(element).split()))

    def links(self, id: str = "content") -> list[str]:
        """Where the links inside the element with this id lead."""
        element = self.element(id)
        assert element is not None, f"nothing on the page has the id {id}"
        return [href for inner in _elements(element) if (href := _attribute(inner, "href"))]


def read_page(client, address: str, **extra) -> Page:
    """The page at an address, which must be there."""
    response = client.get(address, **extra)
    assert response.status_code == 200, f"{address} answers {response.status_code}"
    root = parse_html(response.content.decode())
    return Page(response, root if isinstance(root, Element) else root[0])


def _attribute(element: Element, name: str) -> str:
    return str(dict(element.attributes).get(name) or "")


def _elements(element: Element):
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from _elements(child)


def _words(element: Element) -> str:
    return " ".join(_words(child) if isinstance(child, Element) else child for child in element.children)
