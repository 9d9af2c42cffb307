"""The admin by its addresses and field names, which stay the same from version to version."""

from io import BytesIO
from typing import Any

from django.apps import apps
from django.test import Client

from tests.curation.admin_client import form_data, soup


class Admin:
    """The admin for one account, which logs in with its password."""

    def __init__(self, username: str, password: str):
        self.client = Client()
        response = self.client.post(
            "/admin/login/?next=/admin/", {"username": username, "password": password, "next": "/admin/"}
        )
        assert response.status_code == 302, f"{username} cannot log in"

    def log_out(self) -> None:
        self.client.post("/admin/logout/")

    def get(self, address: str):
        response = self.client.get(address)
        assert response.status_code == 200, f"{address} answers {response.status_code}"
        return response

    def send(self, address: str, sent: dict[str, Any]):
        """Sends a form, which must be accepted, and returns the page that follows."""
        response = self.client.post(address, sent, follow=True)
        assert response.redirect_chain, soup(response).select_one("#content, body").get_text(" ", strip=True)
        return response

    def change(self, label: str, slug: str, /, **values: str) -> None:
        """Saves the form of a record with these values."""
        address = f"/admin/{label.replace('.', '/')}/{key_of(label, slug)}/change/"
        self.send(address, form_data(self.get(address)) | values)

    def delete(self, label: str, slug: str) -> None:
        address = f"/admin/{label.replace('.', '/')}/{key_of(label, slug)}/delete/"
        self.send(address, form_data(self.get(address)))

    def decide(self, collection: str, label: str, slug: str, decision: str, **values: str) -> None:
        """Sends a decision from the review page of a record."""
        address = f"/admin/review/{collection}/{key_of(label, slug)}/"
        seen = soup(self.get(address)).select_one("input[name=seen]")["value"]
        self.send(address, {"seen": seen, "decision": decision, **values})

    def mark_as_not_duplicates(self, collection: str, label: str, *slugs: str) -> None:
        one, other = (key_of(label, slug) for slug in slugs)
        self.send(f"/admin/duplicates/{collection}/{one}/{other}/two/", {})

    def upload(self, kind: str, text: str) -> str:
        """Uploads a file, confirms its columns, and returns the address of the import."""
        file = BytesIO(text.encode())
        file.name = f"{kind}.csv"
        response = self.send("/admin/imports/", {"kind": kind, "charset": "", "file": file})
        address = response.request["PATH_INFO"]
        return self.send(address, form_data(response)).request["PATH_INFO"]

    def apply_import(self, address: str, reason: str) -> None:
        self.send(f"{address}apply/", form_data(self.get(address)) | {"reason": reason})

    def revert(self, number: int, reason: str) -> None:
        """Reverts a whole change set."""
        address = f"/admin/changes/{number}/take-back/"
        self.send(address, form_data(self.get(address)) | {"reason": reason})


def key_of(label: str, slug: str) -> int:
    return apps.get_model(label).objects.get(slug=slug).pk
