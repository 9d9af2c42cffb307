"""Helpers for a curator's steps on the Import admin pages."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sco_cities.imports.models import ImportJob
from tests.curation.admin_client import soup


def upload(client, raw: bytes, kind="initiatives", name="rows.csv", **more):
    sent = {"kind": kind, "charset": "", "file": SimpleUploadedFile(name, raw), **more}
    return client.post(reverse("admin:imports"), sent, follow=True)


def filled_in(page, form="#content-main form") -> dict[str, str]:
    """Returns the data that an unchanged form submits."""
    fields = soup(page).select_one(form)
    sent = {
        select["name"]: (select.select_one("option[selected]") or {"value": ""})["value"]
        for select in fields.select("select")
    }
    return sent | {field["name"]: field.get("value", "") for field in fields.select("input[name]")}


def checked(client, raw: bytes, columns=None, **more):
    """Uploads a file, overrides suggested columns with `columns`, and returns the preview."""
    page = upload(client, raw, **more)
    return client.post(page.request["PATH_INFO"], filled_in(page) | (columns or {}), follow=True)


def applied(client, page, **more):
    """Submits a preview's form with a reason, and returns the next page."""
    seen = soup(page).select_one("input[name=seen]")
    sent = {"reason": "x", "seen": seen["value"] if seen else "", **more}
    return client.post(address_of(page, "import_apply"), sent, follow=True)


def summary_of(page) -> str:
    return " ".join(soup(page).select_one(".summary").text.split())


def address_of(page, name: str) -> str:
    return reverse(
        f"admin:{name}", args=[ImportJob.objects.get(pk=page.request["PATH_INFO"].split("/")[-2]).pk]
    )


def selected(page, form="#content-main form") -> list[str]:
    return [each.text for each in soup(page).select(f"{form} option[selected]")]


def answered(client, page, others="suggestion", **answers):
    sent = filled_in(page, ".import-questions") | {"others": others} | answers
    return client.post(address_of(page, "import_answers"), sent, follow=True)
