"""The conditions for showing an import as reverted."""

import pytest
from django.urls import reverse

from sco_cities.changes import revert
from sco_cities.history.models import ChangeSet
from sco_cities.imports.models import ImportJob
from sco_cities.themes.models import Theme
from tests.curation.admin_client import soup
from tests.factories import make_initiative
from tests.history.snapshots import edit

from .import_pages import applied, checked, summary_of
from .sheets import as_csv

pytestmark = pytest.mark.django_db


def test_an_import_is_reverted_while_a_complete_revert_is_in_effect(curator):
    for slug in ("lamps", "torches"):
        make_initiative(slug, state="draft")
    rows = [{"slug": slug, "title_en": f"New {slug}", "title_ru": "Новое"} for slug in ("lamps", "torches")]
    page = applied(curator, checked(curator, as_csv(rows)))
    change_set = ImportJob.objects.get().change_set

    def reverted(revisions, change_set, fields=None) -> ChangeSet:
        return revert.revert(revisions.all(), user=None, reason="x", reverts=change_set, fields=fields)

    def shown() -> tuple[str, str, bool]:
        """Returns the state on the page and in the list of imports, and whether the page offers a revert."""
        again = curator.get(page.request["PATH_INFO"])
        listed = soup(curator.get(reverse("admin:imports"))).select("#content .module tbody td")[2].text
        return summary_of(again).partition(":")[0], listed, "Revert this import" in again.content.decode()

    whole, of_lamps = change_set.revisions, change_set.revisions.filter(slug="lamps")
    listed = "reverted, fully or partly"
    assert shown() == ("Applied", "applied", True)
    reverted(of_lamps, change_set)
    assert shown() == ("Applied", listed, True)
    reverted(whole, change_set, fields=["title_ru"])
    assert shown() == ("Applied", listed, True)
    last = reverted(whole, change_set)
    assert shown() == ("Applied and reverted", listed, False)
    reverted(last.revisions, last)
    assert shown() == ("Applied", listed, True)


def test_an_import_is_not_reverted_while_a_record_that_it_created_remains(curator):
    rows = [{"slug": slug, "name_en": slug, "pillar": "security"} for slug in ("lamps", "torches")]
    page = applied(curator, checked(curator, as_csv(rows), kind="themes"))
    job = ImportJob.objects.get()
    revert.revert(
        job.change_set.revisions.filter(slug="lamps"), user=None, reason="x", reverts=job.change_set
    )
    # A revert would no longer change anything.
    edit(Theme.objects.get(), name_en="Torches")
    assert summary_of(curator.get(page.request["PATH_INFO"])).startswith("Applied:")
    assert not ImportJob.objects.get().is_reverted
