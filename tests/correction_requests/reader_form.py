"""The correction form of a record, with a reader's input."""

from bs4 import BeautifulSoup

FORM = "/correction-requests/initiatives/bright-lamps/"
TEXT = "The lamps have been lit since 2023."


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def errors_in(response) -> list[str]:
    return [" ".join(item.text.split()) for item in soup(response).select(".errors p, .errorlist li")]


def send(client, path=FORM, /, **values):
    return client.post(path, {"text": TEXT, **values})
