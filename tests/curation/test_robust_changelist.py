"""Whatever is sent to a list of the admin, it answers, and says what is wrong."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from initiatives.models import Initiative
from sco_cities.cities.models import City
from sco_cities.curation.admin.robust_changelist import MAX_WORDS
from sco_cities.sources.models import Report
from tests import factories as make
from tests.curation.admin_client import CITIES, EVIDENCE, FIGURES, Desk, address, errors_in, soup
from tests.factories import make_initiative, make_report

LISTS = ["initiatives_initiative", "sources_report", "sources_passage", "cities_city", "sources_evidence"]


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
def test_a_filter_that_cannot_be_compared_is_refused(lists, name, query):
    response = lists.get(reverse(f"admin:{name}_changelist") + f"?{query}", follow=True)
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("name", LISTS)
def test_a_search_of_too_many_words_finds_nothing_and_says_why(lists, name):
    words = "+".join(f"w{number}" for number in range(1200))
    response = lists.get(reverse(f"admin:{name}_changelist") + f"?q={words}")
    assert response.status_code == 200
    if name != "sources_figure":
        assert f"Search for at most {MAX_WORDS} words, not 1200." in response.content.decode()


@pytest.mark.parametrize("chosen", ["abc", "1.5", "²", "\x00", "9" * 23])
@pytest.mark.parametrize("action", ["publish", "delete_selected"])
def test_an_action_on_what_is_no_row_is_refused(lists, chosen, action):
    address = reverse("admin:initiatives_initiative_changelist")
    response = lists.post(address, {"action": action, "_selected_action": [chosen]})
    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "What was chosen are no rows of this list. Choose them again."
    ]


def test_a_form_that_claims_more_rows_than_it_sends_is_read_as_far_as_it_goes(curator):
    lamps = make.make_initiative("lamps", state="draft", lead=[make.make_city()])
    desk = Desk(curator)
    sent = desk.open(lamps)
    desk.send(sent | {f"{prefix}-TOTAL_FORMS": "2000" for prefix in (CITIES, FIGURES, EVIDENCE)})
    assert desk.was_saved, errors_in(desk.response)
    assert lamps.city_roles.count() == 1


def test_the_focus_of_a_form_to_add_is_on_its_first_field_and_not_on_a_button(curator):
    for model, name in ((Initiative, "title_en"), (Report, "title")):
        page = soup(curator.get(address(model, "add")))
        assert [field["name"] for field in page.select("[autofocus]")] == [name]
        assert not page.select("#django-admin-form-add-constants")


@pytest.mark.parametrize(
    ("to_field", "status"),
    [("id", 200), ("initiatives", 400), ("title_en", 400), ("nonsense", 400), ("", 200)],
)
def test_a_form_for_a_choice_by_what_is_no_key_is_refused(curator, to_field, status):
    for model in (Initiative, City):
        assert curator.get(f"{address(model, 'add')}?_to_field={to_field}").status_code == status


@pytest.mark.parametrize("way_on", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
@pytest.mark.django_db
def test_a_login_leads_to_the_index_and_to_no_other_site(way_on, client, django_user_model):
    django_user_model.objects.create_user("staff", password="not a real one", is_staff=True)
    sent = {"username": "staff", "password": "not a real one", "next": way_on}
    assert client.post(reverse("admin:login"), sent)["Location"] == reverse("admin:index")
