"""The time of the latest change to the records of a list."""

import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import result_set
from sco_cities.listings.list_page import ListPage
from tests import factories as make

pytestmark = pytest.mark.django_db

NEW = timezone.now() - datetime.timedelta(days=1)


def latest(query: str = "") -> datetime.datetime | None:
    with facet_index("initiatives") as state:
        return ListPage(INITIATIVES, state, QueryDict(query)).last_modified


@pytest.fixture
def initiatives():
    """Four initiatives, changed one, two, three and four days ago. The second initiative is a draft."""
    for days, slug in enumerate(("lamps", "secret", "roads", "wells")):
        record = make.make_initiative(
            slug, status="agreed" if slug == "wells" else "under_way",
            state="draft" if slug == "secret" else "published",
        )  # fmt: skip
        Initiative.objects.filter(pk=record.pk).update(updated_at=NEW - datetime.timedelta(days=days))


@pytest.mark.parametrize("most", [1_000, 0], ids=["few records", "many records"])
@pytest.mark.parametrize("scanned", [10, 1], ids=["soon found", "not among the latest of all"])
@pytest.mark.parametrize(("query", "days"), [("", 0), ("q=lamps", 0), ("q=roads", 2), ("status=agreed", 3)])
@pytest.mark.usefixtures("initiatives")
def test_last_modified_is_the_time_of_the_newest_record_of_the_list(most, scanned, query, days, monkeypatch):
    monkeypatch.setattr(result_set, "MAX_KEYS", most)
    monkeypatch.setattr(result_set, "MAX_SCANNED_PER_KEY", scanned)
    assert latest(query) == NEW - datetime.timedelta(days=days)


@pytest.mark.usefixtures("initiatives")
def test_an_empty_list_has_none():
    assert latest("q=nothing") is None
