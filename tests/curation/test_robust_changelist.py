"""Changelists and forms of the admin answer invalid input with a message instead of an error page."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.curation.admin.changelist import MAX_WORDS
from sco_cities.sources.models import Report
from tests import factories as make
from tests.curation.admin_client import CITIES, EVIDENCE, FIGURES, RecordPage, admin_url, errors_in, soup
from tests.factories import make_initiative, make_report

LISTS = ["initiatives_initiative", "sources_report", "sources_passage", "cities_city"]


@pytest.fixture
def lists(admin_client, db):
    make_initiative("lamps", sourced=True)
    make_report()
    return admin_client


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "slug__regex=(((",
        "search_text__iregex=*",
        "updated_at__year=99999999999",
        "id__in=99999999999999999999",
        "id=x",
    ],
)
def test_an_invalid_filter_is_refused(lists, name, query):
    response = lists.get(reverse(f"admin:{name}_changelist") + f"?{query}", follow=True)
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("name", LISTS)
def test_a_search_with_too_many_words_finds_nothing_and_shows_a_message(lists, name):
    words = "+".join(f"w{number}" for number in range(1200))
    response = lists.get(reverse(f"admin:{name}_changelist") + f"?q={words}")
    assert response.status_code == 200
    assert f"You entered 1200 words. Search for at most {MAX_WORDS}." in response.content.decode()


@pytest.mark.parametrize("key", ["abc", "1.5", "²", "\x00", "9" * 23])
@pytest.mark.parametrize("action", ["publish", "delete_selected"])
def test_an_action_on_an_invalid_key_is_refused(lists, key, action):
    address = reverse("admin:initiatives_initiative_changelist")
    response = lists.post(address, {"action": action, "_selected_action": [key]})
    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "The selected items are not in this list. Select them again."
    ]


def test_a_form_with_too_large_a_total_of_rows_is_saved(curator):
    lamps = make.make_initiative("lamps", state="draft", lead=[make.make_city()])
    record_page = RecordPage(curator)
    data = record_page.open(lamps)
    record_page.send(data | {f"{prefix}-TOTAL_FORMS": "2000" for prefix in (CITIES, FIGURES, EVIDENCE)})
    assert record_page.was_saved, errors_in(record_page.response)
    assert lamps.city_roles.count() == 1


def focused(response) -> list[str]:
    return [field["name"] for field in soup(response).select("[autofocus]")]


def test_the_first_field_of_a_form_or_the_first_one_with_an_error_has_the_focus(curator):
    for model, name in ((Initiative, "title_en"), (Report, "title")):
        page = curator.get(admin_url(model, "add"))
        assert focused(page) == [name]
        assert not soup(page).select("#django-admin-form-add-constants")
    record_page = RecordPage(curator)
    data = record_page.open(make.make_initiative("lamps", state="draft"))
    assert focused(record_page.response) == ["title_en"]
    record_page.send(data | {"starts_on": "soon"})
    assert focused(record_page.response) == ["starts_on"]


@pytest.mark.parametrize(
    ("to_field", "status"),
    [("id", 200), ("initiatives", 400), ("title_en", 400), ("nonsense", 400), ("", 200)],
)
def test_an_invalid_to_field_of_a_popup_is_refused(curator, to_field, status):
    for model in (Initiative, City):
        assert curator.get(f"{admin_url(model, 'add')}?_to_field={to_field}").status_code == status


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
@pytest.mark.django_db
def test_a_login_never_redirects_to_another_site(next_url, client, django_user_model):
    django_user_model.objects.create_user("staff", password="not a real one", is_staff=True)
    data = {"username": "staff", "password": "not a real one", "next": next_url}
    assert client.post(reverse("admin:login"), data)["Location"] == reverse("admin:index")
