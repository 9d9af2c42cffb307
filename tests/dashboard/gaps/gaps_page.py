"""Reads the page with the gaps of a city."""

from bs4 import BeautifulSoup


def read(client, slug: str = "alpha", query: str = "", status: int = 200) -> BeautifulSoup:
    response = client.get(f"/cities/{slug}/gaps/{query}")
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def words(page: BeautifulSoup) -> str:
    return " ".join(page.select_one("main").get_text(" ").split())
