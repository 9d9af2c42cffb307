"""The page where the records of one report or one change are reviewed and published together."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sco_cities.changes.recorder import record_changes
from sco_cities.curation.models import NotDuplicates, SeenRevision
from sco_cities.curation.review import joint_review
from sco_cities.history.models import ChangeSet, ChangeSource
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation.admin_client import (
    admin_url,
    client_with_role,
    errors_in,
    messages_in,
    run_action,
    soup,
    with_creator,
)

pytestmark = pytest.mark.django_db

IN_REVIEW, DRAFT, PUBLISHED = PublicationState.IN_REVIEW, PublicationState.DRAFT, PublicationState.PUBLISHED


@pytest.fixture
def report():
    return make.make_report("gazette-1", state=IN_REVIEW)


@pytest.fixture
def lamps(report):
    """An initiative whose only evidence is from a report that also awaits review."""
    return initiative_of(report, "lamps")


def initiative_of(report, slug: str, state=IN_REVIEW):
    initiative = make.make_initiative(slug, state=state, sourced=False)
    make.support_everything(initiative, report.passages.get())
    return initiative


def of_report(report) -> str:
    return reverse("admin:review_together", args=["report", report.pk])


def of_change(change) -> str:
    return reverse("admin:review_together", args=["change", change.pk])


def rows(response) -> dict[str, list[str]]:
    """The cells of each record on the page."""
    listed = soup(response).select("#together tbody tr")
    return {row.th.a.text: [" ".join(cell.text.split()) for cell in row.select("td")] for row in listed}


def ticks(response) -> dict[str, bool]:
    boxes = soup(response).select("#together [name=record]")
    return {box["aria-label"]: box.has_attr("checked") for box in boxes}


def submit(client, url, decision, *, leave_out=(), **more):
    """Submits the form with all ticked records except `leave_out`."""
    boxes = soup(client.get(url)).select("#together [name=record][checked]")
    ticked = [box["value"] for box in boxes if box["aria-label"] not in leave_out]
    return client.post(url, {"decision": decision, "record": ticked, **more}, follow=True)


def change_summary(client, initiative, **more):
    with record_changes(ChangeSource.EDIT, user=client.user) as recorder:
        recorder.watch(type(initiative), [initiative.pk])
        type(initiative).objects.filter(pk=initiative.pk).update(summary_en="All about lights", **more)


def states(*records) -> list[str]:
    return [type(each).objects.get(pk=each.pk).state for each in records]


def test_evidence_counts_when_its_report_is_published_together(curator, report, lamps):
    page = curator.get(of_report(report))
    assert ticks(page) == {str(report): True, "Lamps": True}
    assert rows(page)["Lamps"][-1] == "Supported by a report that is published together with this record."
    done = submit(curator, of_report(report), "publish")
    assert states(report, lamps) == [PUBLISHED, PUBLISHED]
    assert messages_in(done) == [f"2 records: now “published”. {report} Lamps"]
    assert done.redirect_chain[-1][0] == reverse("admin:review")
    change = ChangeSet.objects.get()
    assert (change.source, change.revisions.count()) == (ChangeSource.REVIEW, 2)
    assert SeenRevision.objects.filter(seen_by=curator.user.pk).count() == 2


def test_a_record_is_not_published_without_the_report_that_supports_it(curator, report, lamps):
    done = submit(curator, of_report(report), "publish", leave_out=[str(report)])
    assert states(report, lamps) == [IN_REVIEW, IN_REVIEW]
    [message] = messages_in(done)
    assert message.startswith("Could not set 1 record to “published”: Lamps : no published report supports")
    assert ticks(done) == {str(report): False, "Lamps": True}


def test_a_record_that_cannot_be_published_is_not_ticked_and_shows_the_reason(curator, report, lamps):
    other = make.make_report("other", state=DRAFT)
    mixed = make.make_initiative("mixed", state=IN_REVIEW, sourced=False)
    make.make_evidence(mixed, passage=report.passages.get())
    make.support_everything(mixed, other.passages.get())
    page = curator.get(of_report(report))
    assert ticks(page) == {str(report): True, "Lamps": True, "Mixed": False}
    assert rows(page)["Mixed"][-1].startswith("Cannot be published yet: no published report supports status")
    links = soup(page).select(f"a[href='{of_report(other)}']")
    assert [link.text for link in links] == [str(other)]


def test_the_page_shows_what_is_new_and_what_has_changed_since_the_last_view(curator, report, lamps):
    url = of_report(report)
    assert rows(curator.get(url))["Lamps"][2].startswith("New ")
    submit(curator, url, "send_back", reason="Correct it.", leave_out=[str(report)])
    assert states(report, lamps) == [IN_REVIEW, DRAFT]
    change_summary(curator, lamps, state=IN_REVIEW)
    changed = rows(curator.get(url))["Lamps"]
    assert changed[2].split(" ", 1)[0] == "summary"
    assert "All about lights" in changed[2]


def test_records_that_have_changed_since_the_page_was_opened_are_left_out(curator, report, lamps):
    roads = initiative_of(report, "roads")
    url = of_report(report)
    tokens = [box["value"] for box in soup(curator.get(url)).select("[name=record]")]
    change_summary(curator, lamps)
    done = curator.post(url, {"decision": "publish", "record": tokens}, follow=True)
    assert states(report, lamps, roads) == [PUBLISHED, IN_REVIEW, PUBLISHED]
    assert messages_in(done)[1] == (
        "Could not set 1 record to “published”: Lamps : it has changed since you opened the page"
    )
    assert list(ticks(done)) == ["Lamps"]


def test_only_records_that_the_decision_has_changed_count_as_seen(curator, report, lamps):
    url = of_report(report)
    tokens = [box["value"] for box in soup(curator.get(url)).select("[name=record]")]
    change_summary(curator, lamps, state=PUBLISHED)
    curator.post(url, {"decision": "publish", "record": tokens})
    assert [seen.object_id for seen in SeenRevision.objects.filter(seen_by=curator.user.pk)] == [report.pk]


def test_a_ticked_record_that_was_deleted_since_is_counted(curator, report, lamps):
    url = of_report(report)
    tokens = [box["value"] for box in soup(curator.get(url)).select("[name=record]")]
    lamps.delete()
    done = curator.post(url, {"decision": "publish", "record": tokens}, follow=True)
    assert messages_in(done) == [
        f"1 record: now “published”. {report}",
        "1 record: deleted after you opened the page, so nothing was changed.",
    ]


def test_a_send_back_needs_a_reason_and_keeps_the_ticks(curator, report, lamps):
    done = submit(curator, of_report(report), "send_back", leave_out=[str(report)], reason="")
    assert states(report, lamps) == [IN_REVIEW, IN_REVIEW]
    assert "Enter a reason" in errors_in(done)
    assert ticks(done) == {str(report): False, "Lamps": True}


def test_nothing_ticked_is_an_error(curator, report, lamps):
    done = curator.post(of_report(report), {"decision": "publish"})
    assert messages_in(done) == ["Nothing was changed. Tick at least one record."]
    assert ticks(done) == {str(report): False, "Lamps": False}


@pytest.mark.parametrize("token", ["lamps:1:2", "themes:x:2", "themes:1", "themes:1:", "themes:1:2:3", ":"])
def test_a_wrong_record_is_not_found(token, curator, report):
    assert curator.post(of_report(report), {"decision": "publish", "record": [token]}).status_code == 404


@pytest.mark.parametrize("decision", ["withdraw", "back_to_draft", ""])
def test_other_decisions_are_not_found(decision, curator, report):
    assert curator.post(of_report(report), {"decision": decision}).status_code == 404


@pytest.mark.parametrize("path", ["report/99999/", "change/99999/", "lamps/1/"])
def test_a_page_about_no_place_is_not_found(path, curator):
    assert curator.get(f"/admin/review/together/{path}").status_code == 404


def test_drafts_of_a_change_are_sent_for_review_by_their_contributor(report):
    contributor = client_with_role("contributor")
    lamps, roads = initiative_of(report, "lamps", DRAFT), initiative_of(report, "roads", DRAFT)
    with_creator(contributor.user, lamps)
    url = of_change(ChangeSet.objects.get())
    page = contributor.get(url)
    assert list(rows(page)) == ["Lamps"]
    assert [button["value"] for button in soup(page).select("#together button")] == ["send_to_review"]
    submit(contributor, url, "publish")
    assert states(lamps) == [DRAFT]
    # Drafts that cannot be published can be sent to review.
    tokens = [box["value"] for box in soup(page).select("[name=record]")]
    sent = contributor.post(url, {"decision": "send_to_review", "record": tokens}, follow=True)
    assert messages_in(sent)[-1] == "1 record: now “in review”. Lamps"
    assert states(lamps, roads) == [IN_REVIEW, DRAFT]


def test_drafts_that_cite_a_report_are_not_among_its_records(curator, report, lamps):
    initiative_of(report, "roads", DRAFT)
    initiative_of(report, "parks", PUBLISHED)
    assert list(rows(curator.get(of_report(report)))) == [str(report), "Lamps"]


def test_the_message_about_many_records_names_the_first(curator, report):
    for number in range(9):
        initiative_of(report, f"plan-{number}")
    [message] = messages_in(submit(curator, of_report(report), "publish"))
    assert message.startswith(f"10 records: now “published”. {report} Plan 0 Plan 1")
    assert message.endswith("and 5 more")


def test_an_empty_page_has_a_message(curator):
    page = curator.get(of_report(make.make_report("gazette-1")))
    assert soup(page).select_one("#content-main p").text == "No records await review here."
    # The script is omitted, because it needs the form.
    assert "review-keys" not in page.text


def test_the_next_page_keeps_the_address_to_return_to(curator, report, lamps, monkeypatch):
    monkeypatch.setattr(joint_review, "PER_PAGE", 1)
    page = curator.get(of_report(report), {"next": "/admin/intake/", "page": "2"})
    assert soup(page).select_one(".paginator a")["href"] == "?next=%2Fadmin%2Fintake%2F&page=1"


@pytest.mark.parametrize(
    ("role", "end"),
    [("curator", "Enter opens it, P publishes the ticked records."), ("contributor", "Enter opens it.")],
)
def test_the_help_about_keys_is_a_whole_sentence(role, end):
    client = client_with_role(role)
    with_creator(client.user, make.make_initiative("lamps", state=DRAFT))
    page = soup(client.get(of_change(ChangeSet.objects.get())))
    start = (
        "Keyboard shortcuts outside fields: j and k go to the next and previous record, x ticks a record, "
    )
    assert " ".join(page.select_one(".keys").text.split()) == start + end


def test_the_column_of_changes_has_its_own_name_in_chinese(curator, report, lamps):
    curator.cookies["django_language"] = "zh-hans"
    page = soup(curator.get(of_report(report)))
    assert page.select("#together thead th")[3].text == "修改内容"


@pytest.mark.only_on("sqlite")
def test_the_number_of_queries_does_not_grow_with_the_records(curator):
    def queries(work) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert work().status_code in (200, 302)
        return len(captured)

    counts = []
    for name, number in (("first", 1), ("few", 2), ("many", 9)):
        report = make.make_report(name, state=IN_REVIEW)
        for each in range(number):
            initiative_of(report, f"{name}-{each}")
        url = of_report(report)
        boxes = soup(curator.get(url)).select("[name=record]")
        assert len(boxes) == number + 1
        data = {"decision": "publish", "record": [box["value"] for box in boxes]}
        counts.append([queries(lambda: curator.get(url)), queries(lambda: curator.post(url, data))])  # noqa: B023
    # The first page also reads the content types.
    assert counts[1] == counts[2]


def test_the_queue_groups_records_by_report(curator, report, lamps):
    alone = make.make_theme("alone", state=IN_REVIEW)
    other = make.make_report("other", state=PUBLISHED)
    initiative_of(other, "roads")
    both = initiative_of(report, "both")
    make.make_evidence(both, "kind", other.passages.get())
    page = soup(curator.get(reverse("admin:review")))
    groups = [
        (group.select_one(".group a"), [link.text for link in group.select("th[scope=row] a")])
        for group in page.select("#queue tbody")
    ]
    assert [(link and link["href"], names) for link, names in groups] == [
        (of_report(report), [str(report), "Lamps", "Both"]),
        (None, [str(alone)]),
        (of_report(other), ["Roads"]),
    ]


def test_the_page_of_a_record_links_to_the_report_that_must_also_be_published(curator, report, lamps):
    page = soup(curator.get(reverse("admin:review_record", args=["initiatives", lamps.pk])))
    assert page.select(f"a[href='{of_report(report)}']")


def test_the_message_of_a_single_decision_names_the_record(curator):
    lamps = make.make_theme("lamps", state=DRAFT)
    assert messages_in(run_action(curator, "publish", [lamps], follow=True)) == [
        "1 record: now “published”. Lamps"
    ]


def warnings_on_record_page(client, initiative) -> list[str]:
    page = client.get(reverse("admin:review_record", args=["initiatives", initiative.pk]))
    return [warning.text for warning in soup(page).select(".publish-warning")]


def test_a_record_like_another_one_is_linked_and_not_ticked(curator, report, lamps):
    other = make.make_initiative("other", title_en="Lamps")
    page = curator.get(of_report(report))
    assert ticks(page) == {str(report): True, "Lamps": False}
    cell = soup(page).select("#together tbody tr")[-1].select("td")[-1]
    assert "A similar record may already exist: Lamps (published): " in " ".join(cell.text.split())
    assert cell.select_one("li a")["href"] == admin_url(other, "change")
    assert warnings_on_record_page(curator, lamps) == ["A similar record may already exist:"]
    submit(curator, of_report(report), "publish")
    assert states(report, lamps) == [PUBLISHED, IN_REVIEW]
    tokens = [box["value"] for box in soup(curator.get(of_report(report))).select("[name=record]")]
    curator.post(of_report(report), {"decision": "publish", "record": tokens})
    assert states(lamps) == [PUBLISHED]


def test_a_pair_marked_as_no_duplicates_is_not_warned_of(curator, report, lamps):
    other = make.make_initiative("other", title_en="Lamps")
    NotDuplicates.objects.create(
        content_type=ContentType.objects.get_for_model(other), first_id=lamps.pk, second_id=other.pk
    )
    assert ticks(curator.get(of_report(report)))["Lamps"] is True


FEW = "The record is about sister cities, but it has fewer than two cities."
LACKS = "The title names cities that are not in the record: {}"


@pytest.mark.parametrize(
    ("title", "cities", "warnings"),
    [
        ("Sister cities: Dushanbe – Lahore", ("dushanbe",), [FEW, LACKS.format("Lahore")]),
        ("Sister cities: Dushanbe – Sanaa – Lahore", ("dushanbe", "osh"), [LACKS.format("Sanaa, Lahore")]),
        ("Memorandum: Dushanbe – Osh", ("dushanbe",), [LACKS.format("Osh")]),
        ("Sister cities Dushanbe and Osh", ("dushanbe", "osh"), []),
        ("Sister cities: Dushanbe – Osh", ("dushanbe", "osh"), []),
        ("Festival in Lahore: lamps and trams", ("dushanbe",), []),
    ],
)
def test_a_title_that_names_other_cities_is_warned_of(title, cities, warnings, curator, report):
    named = [make.make_city(slug, name_en=slug.capitalize()) for slug in cities]
    initiative = make.make_initiative("pair", title_en=title, state=IN_REVIEW, sourced=False, partner=named)
    make.support_everything(initiative, report.passages.get())
    page = curator.get(of_report(report))
    found = [each.text for each in soup(page).select("#together .publish-warning")]
    assert (found, ticks(page)[title]) == (warnings, not warnings)
    assert warnings_on_record_page(curator, initiative) == warnings


def test_open_comments_of_a_record_are_linked(curator, report, lamps):
    make.make_comment(lamps)
    make.make_comment(report)
    link = soup(curator.get(of_report(report))).select_one(
        f"a[href='/admin/comments/initiatives/{lamps.pk}/']"
    )
    assert link.text == "1 open comment"
