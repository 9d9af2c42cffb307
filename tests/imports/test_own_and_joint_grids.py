"""The list of an account's unsaved grids, and grids of records in a joint review."""

import pytest
from django.contrib.auth.models import Permission

from initiatives.models import Initiative
from sco_cities.changes.recorder import record_changes
from sco_cities.cities.models import City
from sco_cities.curation.permissions.groups import CONTRIBUTOR
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.imports.models import ImportJob
from tests.curation.admin_client import client_with_role, curator_client, messages_in, soup, staff_client
from tests.factories import make_city, make_country, make_initiative

from .import_pages import applied, summary_of
from .test_grid import opened, previewed

QUEUES = ".queues ul:has(a[href*='/grid/'])"


@pytest.fixture
def curator(db):
    return curator_client()


@pytest.fixture
def initiatives(db):
    make_city("alphaville", make_country("xa"), name_en="Alphaville")
    return [
        make_initiative("lamp-one", title_en="Lamp one", state="draft", status="proposed"),
        make_initiative("lamp-two", title_en="Lamp two", state="draft", status="proposed"),
    ]


@pytest.fixture
def published(db):
    return make_initiative("lamp-three")


def test_unsaved_grids_are_listed_for_their_account_until_they_are_saved_or_discarded(curator, initiatives):
    client = client_with_role(CONTRIBUTOR)
    pages = [opened(client, initiatives) for _number in range(3)]
    for page in pages[:2]:
        previewed(client, page, **{"1:status": "agreed"})
    saved, discarded, _untouched = (page.request["PATH_INFO"] for page in pages)
    listed = soup(client.get("/admin/grids/")).select(".unsaved-form a")
    assert [link["href"] for link in listed] == [discarded, saved]
    assert "Changed records: Lamp one" in listed[0].parent.text
    start = soup(client.get("/admin/"))
    assert [link["href"] for link in start.select(f"{QUEUES} li a")] == [discarded, saved]
    others = soup(curator.get("/admin/grids/")).select_one("#content-main")
    assert others.text.strip() == "You have no grids with unsaved cells."
    number = {"grid": discarded.split("/")[3]}
    assert messages_in(curator.post("/admin/grids/", number, follow=True)) == []
    page = client.post("/admin/grids/", number, follow=True)
    assert messages_in(page) == ["The grid was discarded. Its records were not changed."]
    assert client.get(discarded).status_code == 403
    page = applied(client, client.get(saved.removesuffix("grid/")))
    assert summary_of(page).startswith("Applied: create 0, update 1,")
    assert soup(client.get("/admin/grids/")).select(".unsaved-form") == []


def test_records_that_are_reviewed_together_are_edited_as_a_grid(curator, initiatives, published):
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.note_created([*initiatives, published, City.objects.get(slug="alphaville")])
    review = f"/admin/review/together/change/{ChangeSet.objects.latest('pk').pk}/"
    [button] = soup(curator.get(review)).select(".joint-grids button")
    assert button.text == "Initiatives"
    page = curator.post(button["formaction"], follow=True)
    assert [link.text for link in soup(page).select(".grid-table tbody th a")] == ["Lamp one", "Lamp two"]
    page = applied(curator, previewed(curator, page, **{"1:status": "agreed"}))
    assert Initiative.objects.get(slug="lamp-one").status == "agreed"
    assert soup(page).select_one(f"#content-main a[href='{review}']").text == "Back to the records"


def test_only_known_kinds_that_the_account_may_change_are_opened_as_a_joint_grid(curator, initiatives):
    with record_changes(ChangeSource.EDIT) as recorder:
        recorder.note_created(initiatives)
    change = ChangeSet.objects.latest("pk").pk
    path = f"/admin/grids/change/{change}/"
    assert curator.get(f"{path}initiatives/")["Location"].endswith(f"/change/{change}/")
    assert curator.post(f"{path}nothing/").status_code == 404
    assert curator.post(f"{path}cities/").status_code == 302
    assert (
        staff_client(*Permission.objects.filter(codename="add_evidence")).post(f"{path}cities/").status_code
        == 403
    )
    assert not ImportJob.objects.exists()
