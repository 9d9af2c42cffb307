"""URLs that only accept a form redirect to the page of the form, also after a login or a code."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import get_resolver, reverse

from tests.curation.admin_client import messages_in

from .login_steps import CODE_PAGE, give_code, give_password, logged_in, make_older, make_person

pytestmark = pytest.mark.django_db

# The page of the form, by the name and arguments of the URL.
PAGES = {
    ("email_preference",): "/admin/account/",
    ("log_out_everywhere",): "/admin/account/",
    ("recovery_codes",): "/admin/account/",
    ("translations_upload",): "/admin/translations/",
    ("mark_not_duplicates", "cities", "1", "2"): "/admin/duplicates/",
    ("unmark_not_duplicates", "cities", "1", "2"): "/admin/duplicates/two/",
    ("import_header_row", 7): "/admin/imports/7/columns/",
    ("import_check", 7): "/admin/imports/7/",
    ("import_apply", 7): "/admin/imports/7/",
    ("import_answers", 7): "/admin/imports/7/",
    ("import_hidden_rows", 7): "/admin/imports/7/",
    ("intake_purge", 7): "/admin/intake/7/",
    ("intake_ask", 7): "/admin/intake/7/",
}


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(("address", "page_of_form"), PAGES.items())
def test_opening_the_url_of_a_form_redirects_to_its_page(address, page_of_form, method, curator):
    name, *arguments = address
    response = getattr(curator, method)(reverse(f"admin:{name}", args=arguments))
    assert (response.status_code, response["Location"]) == (302, page_of_form)


def test_every_admin_url_except_logout_accepts_get(curator):
    """Only the logout view, which is Django's, rejects a GET request."""
    pages = get_resolver().namespace_dict["admin"][1].reverse_dict
    refused = set()
    for name in filter(lambda each: isinstance(each, str), pages):
        [(_text, parameters)] = pages.getlist(name)[0][0]
        values = {each: "sources" if each == "app_label" else "1" for each in parameters}
        if curator.get(reverse(f"admin:{name}", kwargs=values)).status_code == 405:
            refused.add(name)
    assert refused == {"logout"}


def test_a_form_with_a_file_that_was_sent_too_late_leads_back_to_its_page(second_factor):
    person = make_person("tess", "curator")
    client = logged_in(person)
    make_older(client, 16 * 60, "code_at")
    upload = reverse("admin:translations_upload")
    response = client.post(upload, {"file": ContentFile(b"table,key\r\n", "texts.csv")})
    assert response["Location"] == f"{CODE_PAGE}?next=%2Fadmin%2Ftranslations%2Fupload%2F"
    response = client.get(give_code(client, person.code(), next=upload)["Location"], follow=True)
    assert response.redirect_chain == [("/admin/translations/", 302)]
    assert messages_in(response) == ["Nothing was saved. Enter a code, then choose the file again."]


def test_a_form_submitted_after_the_session_has_ended_redirects_to_its_page(curator):
    client, apply = Client(), reverse("admin:import_apply", args=[7])
    login = client.post(apply, {"reason": "x"})
    assert login["Location"] == f"/admin/login/?next={apply}"
    person = make_person("tess", "curator", enrolled=False)
    response = client.get(give_password(client, person, next_page=apply)["Location"])
    assert (response.status_code, response["Location"]) == (302, "/admin/imports/7/")
