"""Briefs list the values and footnotes of each record, followed by all notes."""

import csv
import io
import re

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict

from initiatives.columns import INITIATIVES
from initiatives.models import Initiative
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings.list_page import ListPage
from sco_cities.sources.footnotes import Footnotes
from sco_cities.sources.models import Ruling
from tests import factories as make
from tests.extent import share
from tests.html import Page, read_page

# The content of a page does not depend on the engine.
pytestmark = pytest.mark.only_on("sqlite")

LISTS = (
    "initiatives", "cities", "countries", "delegates", "organisations", "events", "themes", "reports", "statements",
)  # fmt: skip


def entries(page: Page, collection: str) -> list[str]:
    """Returns the slugs of the records in a brief."""
    heading = rf'<h2><span class="number">\d+</span> <a href="/{collection}/([^/]+)/"'
    return re.findall(heading, page.response.content.decode())


def brief_of(query: str = ""):
    """Returns a brief of initiatives."""
    with facet_index("initiatives") as state:
        page = ListPage(INITIATIVES, state, QueryDict(query))
        brief_page = page.brief_page
        brief_page.entries, brief_page.by_report  # noqa: B018 - evaluated while the index state is valid
        return brief_page


@pytest.fixture
def lamps(db):
    """An initiative with a value that two reports give differently."""
    gazette = make.make_report("gazette-20250101", title="Lamps are lit", publisher="The Gazette")
    herald = make.make_report(
        "herald-20250301", title="No lamps yet", publisher="The Herald", published_on="2025-03"
    )
    initiative = make.make_initiative(
        "lamps", title_en="Lamps & <b>wires</b>", status="agreed", starts_on="2025-05", ends_on="2026",
        lead=[make.make_city("alpha", "xa")], partner=[make.make_city("beta", "xb")],
        reference=[make.make_city("gamma", "xa")], themes=[make.make_theme("light")],
    )  # fmt: skip
    supporting = gazette.passages.get()
    make.support_everything(initiative, supporting)
    differing = herald.passages.get()
    make.make_evidence(initiative, "status", differing, stance="differs", reported_value="under_way (trial)")
    make.make_evidence(initiative, "starts_on", differing, stance="differs", reported_value="2025-06-01")
    make.make_evidence(
        initiative, "status", supporting, stance="earlier", reported_value="as of 2023-11: interest"
    )
    Ruling.objects.create(record=initiative, field="status", reason="The trial is of other lamps.")
    figure = make.make_figure(initiative, "lamps lit", 1200, qualifier="over", period="2025")
    make.make_evidence(initiative, figure, supporting)
    return initiative


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        ("initiatives", "country=kg&sort=-starts_on"),
        ("initiatives", "q=light&status=-completed"),
        ("cities", "country=ru&sort=-population"),
        ("events", "kind=forum"),
        ("delegates", "country=kz&sort=role"),
        ("organisations", "country=cn"),
        ("themes", "pillar=security"),
        ("countries", "sco_role=member"),
        ("reports", "language=ru"),
    ],
)
@pytest.mark.usefixtures("loaded_package")
def test_a_brief_has_the_filtered_records_in_list_order(collection, query, client):
    exported = b"".join(client.get(f"/{collection}.csv?{query}")).decode()
    rows = list(csv.DictReader(io.StringIO(exported, newline="")))
    slugs = [(row.get("slug") or row["code"]).lower() for row in rows]
    page = read_page(client, f"/{collection}/?{query}&view=brief&per_page=200")
    assert entries(page, collection) == slugs[:200] != []


@pytest.mark.parametrize(
    ("collection", "prefix"),
    [(name, prefix) for number, name in enumerate(LISTS) for prefix in share(("", "/zh-hans"), number, 2)],
)
@pytest.mark.usefixtures("loaded_package")
def test_every_marker_of_a_brief_links_to_a_note_and_every_note_back_to_its_entries(
    collection, prefix, client
):
    page = read_page(client, f"{prefix}/{collection}/?view=brief&per_page=200")
    ids = page.all_ids()
    assert len(ids) == len(set(ids))
    inside = [link for link in page.links() if link.startswith("#")]
    assert {link.removeprefix("#") for link in inside} <= set(ids)
    notes = [id for id in ids if re.fullmatch(r"note-\d+", id)]
    assert set(notes) == {f"note-{number}" for number in range(1, len(notes) + 1)}
    # Notes are numbered in the order of the entries that first cite them.
    by_entry = [page.links(id) for id in ids if re.fullmatch(r"entry-\d+", id)]
    citing = next((links for links in by_entry if any(link.startswith("#note-") for link in links)), [])
    assert not notes or "#note-1" in citing
    # Every note has a marker in an entry.
    assert {f"#{note}" for note in notes} == {link for link in inside if link.startswith("#note-")}


@pytest.mark.usefixtures("loaded_package")
def test_every_value_of_a_brief_has_the_same_notes_as_on_its_record_page():
    brief_page = brief_of("per_page=100&evidence=disputed")
    assert len(brief_page.entries) > 20
    for entry in brief_page.entries:
        record = Initiative.objects.get(slug=entry.slug)
        alone, together = Footnotes(record), entry.footnotes
        assert together.figures == alone.figures
        assert together.rulings == alone.rulings
        for name in (*record.evidence_fields, *(each.key for each in alone.figures)):
            assert summary(together.notes_for(name)) == summary(alone.notes_for(name)), (entry.slug, name)


def summary(value_notes) -> tuple:
    """Returns the passages of a value's notes and readings."""

    def passages(notes):
        return sorted(str(note.passage) for note in notes)

    def readings(items):
        return [(reading.reported, passages(reading.notes)) for reading in items]

    return (
        passages(value_notes.supports),
        readings(value_notes.wordings),
        readings(value_notes.differs),
        readings(value_notes.earlier),
    )


def test_an_entry_shows_all_values_with_dates_and_both_readings_of_disputed_values(lamps, client):
    page = read_page(client, "/initiatives/?view=brief")
    assert page.text("entry-1") == (
        "1 Lamps & <b>wires</b> "
        "agreed, reported 1 January 2025 [1] ≠ · project · May 2025 to 2026 [1] ≠ · [1] "
        "Lamps are put up in lamps. They shine. "
        "Cities lead Alpha (Country XA); partner Beta (Country XB); "
        "model Gamma (Country XA) [1] "
        "Themes Light "
        "Lamps lit over 1,200 lamps, 2025 [1] "
        "≠ Status: Reports differ agreed in 1 report: The Gazette [1] "
        "under way (trial) in 1 report: The Herald [2] "
        "The editors: The trial is of other lamps. "
        "Status: Changes over time as of November 2023 interest The Gazette [1] "
        "≠ Starts on: Reports differ May 2025 in 1 report: The Gazette [1] "
        "1 June 2025 in 1 report: The Herald [2]"
    )
    assert "2025-05" not in page.text()
    assert "Lamps &amp; &lt;b&gt;wires&lt;/b&gt;</a>" in page.response.content.decode()


def test_a_separator_stands_only_between_the_facts_and_the_reports_on_the_whole_record(client, db):
    passage = make.make_report("gazette").passages.get()
    event = make.make_event("fair")
    for slug, delegate in (("first", None), ("second", make.make_delegate("ada"))):
        make.make_evidence(make.make_statement(slug, event=event, delegate=delegate), "*", passage)
    intros = BeautifulSoup(client.get("/statements/?view=brief").content, "html.parser").select(".intro")
    assert sorted(intro.get_text(strip=True)[:1] for intro in intros) == ["A", "["]


def test_the_notes_of_a_brief_show_report_date_language_and_url(lamps, client):
    page = read_page(client, "/initiatives/?view=brief")
    assert page.text("note-1") == "[1] Passage 1 of gazette-20250101. ¶1 1"
    notes = page.response.content.decode().split('id="notes"')[1]
    assert "2 footnotes · 2 reports · 2 disputed values" in notes
    assert notes.index("The Gazette") < notes.index("The Herald")
    for part in (
        "Lamps are lit",
        "1 January 2025 · English",
        'href="https://gazette.example/gazette-20250101"',
    ):
        assert part in notes
    assert "March 2025 · English" in notes


def test_a_brief_shows_its_filters_last_update_and_citation(lamps, client):
    Initiative.objects.update(updated_at="2025-06-07T12:00:00Z")
    page = read_page(client, "/initiatives/?status=agreed&year_from=2020&view=brief&nonsense=1")
    heading = "1 initiative, agreed, from 2020"
    text = page.text()
    for part in (
        heading,
        "Status agreed From year 2020",
        "Sorted by Reported ↓",
        "As of 7 June 2025",
        "Records 1–1 of 1",
        f"“{heading}”. SCO Cities, as of 7 June 2025.",
        "http://testserver/initiatives/?status=agreed&year_from=2020",
        "may be used under CC BY 4.0",
    ):
        assert part in text
    assert "nonsense" not in text


def test_a_brief_is_paginated_like_its_list_and_numbered_across_pages(client, db):
    for number in range(23):
        make.make_initiative(f"i-{number:02}", sourced=True)
    page = read_page(client, "/initiatives/?view=brief&per_page=20&page=2&sort=-slug")
    assert entries(page, "initiatives") == ["i-02", "i-01", "i-00"]
    assert "Records 21–23 of 23 · page 2 of 2" in page.text()
    assert page.element("entry-21") is not None
    assert "/initiatives/?view=brief&per_page=20&sort=-slug&page=1" in page.links()


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("country=zz", "“zz” was not found. Choose from the list."),
        ("page=3", "Page 3 does not exist. The last page is 1."),
        ("year_from=soon", "soon"),
        ("view=brief&view=cards", "Enter only one value, not 2."),
    ],
)
def test_an_invalid_filter_shows_its_error_and_no_records(query, reason, lamps, client):
    page = read_page(client, f"/initiatives/?{query}&view=brief")
    assert reason in page.text()
    assert "/initiatives/lamps/" not in page.response.content.decode()


def test_an_empty_brief_shows_a_message(lamps, client):
    text = read_page(client, "/initiatives/?status=stalled&view=brief").text()
    assert "0 initiatives, stalled" in text
    assert "No records match this filter." in text


def test_an_unpublished_report_is_in_no_brief(lamps, client):
    hidden = make.make_report("hidden-1", title="Hidden", publisher="The Hidden", state="draft")
    make.make_evidence(lamps, "kind", hidden.passages.get())
    text = read_page(client, "/initiatives/?view=brief").text()
    assert "Hidden" not in text
    assert "project ·" in text


def test_values_without_a_report_are_marked_as_reference_data(client, db):
    make.make_city("alpha", "xa", population=12_000)
    page = read_page(client, "/cities/?view=brief")
    assert page.text("entry-1") == "1 Alpha [†] Country XA [†] Population 12,000 [†]"
    assert "No report is cited" in page.text("reference")


def test_a_brief_is_in_the_language_of_the_page(lamps, client):
    Initiative.objects.update(title_ru="Лампы")
    page = read_page(client, "/ru/initiatives/?view=brief")
    html = page.response.content.decode()
    assert '<a href="/ru/initiatives/lamps/">Лампы</a>' in html
    assert '<span lang="en">Lamps are put up in lamps. They shine.</span>' in html


@pytest.mark.parametrize("address", ["/initiatives/", "/initiatives/lamps/", "/initiatives/?view=brief"])
def test_every_page_has_a_running_title_for_print(address, lamps, client):
    html = client.get(address).content.decode()
    assert re.search(
        r'<html lang="en" data-host="http://testserver" data-title="(1 initiative|Lamps &amp; &lt;b&gt;wires)',
        html,
    )


def test_a_list_links_to_its_brief_with_the_same_filter(lamps, client):
    page = read_page(client, "/initiatives/?status=agreed&sort=-slug")
    assert "/initiatives/?status=agreed&sort=-slug&view=brief" in page.links()
