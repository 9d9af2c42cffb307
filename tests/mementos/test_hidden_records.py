"""Pages and files as of a date contain no data that is hidden now or was hidden on that date."""

import itertools

import pytest

from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.extent import share
from tests.history.snapshots import edit, on_day, recording, stored_on
from tests.releases.hidden_records import SECRET, plant_secrets
from tests.sample_records import RECORDS

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]
FORMS = ("/{}/{}/", "/{}/{}.json", "/{}/{}.jsonld", "/{}/{}.md", "/api/{}/{}/")
# The first date is before all changes below. The other dates are the dates of the changes.
DAYS = {"2026-01-15": 200, "2026-02-02": 200, "2026-02-03": 404, "2026-02-05": 404}


@pytest.fixture
def published(db):
    """The URLs of records of every kind.

    The records were published until February, and have contained secrets since then.
    """
    plant_secrets()
    make.make_country("xa")
    make.make_theme("seen-theme")
    addresses = []
    for model in RECORDS:
        stored_on("01-01", *model.objects.all())
    for model in RECORDS:
        name = next(each for each in ("title_en", "name_en", "summary", "title") if hasattr(model, each))
        for record in model.objects.published():
            addresses.append((record.collection, record.slug))
            on_day("02-02", edit(record, **{name: "A February name"}))
            on_day("02-03", edit(record, state=PublicationState.DRAFT))
            on_day("02-04", edit(record, **{name: SECRET}))
            if record.collection != "countries":
                with recording(record) as recorder:
                    record.slug = f"{SECRET}-{record.slug}"
                    record.save()
                on_day("02-04", recorder.change_set)
    return addresses


def test_no_secret_is_in_any_byte(client, published):
    assert {collection for collection, _slug in published} == {model.collection for model in RECORDS}
    cases = list(itertools.product(published, DAYS.items()))
    for number, form in enumerate(FORMS):
        # In `make test`, each record and date is tested in one format.
        for (collection, slug), (day, status) in share(cases, number, len(FORMS)):
            response = client.get(f"{form.format(collection, slug)}?as_of={day}")
            assert response.status_code == status, (form, collection, slug, day)
            content = response.content + repr(response.headers).encode()
            assert SECRET.encode() not in content.lower(), (form, collection, slug, day)


def test_records_that_were_never_public_have_no_page_as_of_a_date(client):
    plant_secrets()
    for model in RECORDS:
        for slug in model.objects.exclude(state="published").values_list("slug", flat=True):
            assert client.get(f"/api/{model.collection}/{slug}/?as_of=2026-01-15").status_code == 404
