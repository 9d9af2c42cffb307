"""Permissions and notifications of comments on records, which are hidden from readers."""

import threading

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sco_cities.changes.locking import lock
from sco_cities.curation.comments.threads import mentions, waiting_for
from sco_cities.curation.merge.apply import merge
from sco_cities.curation.models import Comment, CommentThread
from sco_cities.sources.base_models import PublicationState
from tests import factories as make
from tests.curation import test_permissions_by_url as by_url
from tests.curation.admin_client import admin_url, client_with_role, errors_in, form_data, soup, with_creator
from tests.history.snapshots import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps(ada):
    """A draft that ada has created."""
    return with_creator(ada.user, make.make_initiative("lamps", state="draft"))


def url_of(record) -> str:
    return reverse("admin:record_comments", args=[record.collection, record.pk])


def send(client, record, text="", box="new", action="", **more):
    data = {"box": box, "action": action, "text": text, **more}
    return client.post(url_of(record), data, follow=True)


def comment(client, record, text, **more) -> Comment:
    assert errors_in(send(client, record, text, **more)) == ""
    return Comment.objects.latest("pk")


def reply(client, of: Comment, text) -> Comment:
    return comment(client, of.thread.record, text, box=f"reply-{of.thread_id}")


def resolve(client, of: Comment, text=""):
    return send(client, of.thread.record, text, f"reply-{of.thread_id}", "resolve")


def shown(response, selector=".comment-thread") -> list[str]:
    return [" ".join(each.text.split()) for each in soup(response).select(f"#comments {selector}")]


def waiting(*clients) -> list[list[str]]:
    return [[each.text for each in waiting_for(client.user)] for client in clients]


@pytest.mark.parametrize("page", ["form", "review", "comments"])
def test_a_comment_on_a_field_is_shown_on_the_pages_of_its_record(page, ada, carl, lamps):
    url = {
        "form": admin_url(lamps, "change"),
        "review": reverse("admin:review_record", args=["initiatives", lamps.pk]),
        "comments": url_of(lamps),
    }[page]
    assert "No open comments." in carl.get(url).content.decode()
    written = comment(carl, lamps, "Is <b>this</b> right?\r\nThe report has another one.", field="status")
    response = ada.get(url)
    assert soup(response).select_one(f"#comment-{written.pk}").find_previous("h3").text == "status"
    assert "Is &lt;b&gt;this&lt;/b&gt; right?<br>The report has another one." in response.content.decode()
    assert soup(response).select_one(".comment-thread")["data-field"] == "status"


def test_a_sent_comment_is_the_next_page_and_a_double_click_writes_one(carl, lamps):
    for _click in range(2):
        response = send(carl, lamps, "Which lamps?")
    (written,) = Comment.objects.all()
    assert response.redirect_chain == [(f"{url_of(lamps)}?posted={written.pk}#comment-{written.pk}", 302)]
    for _click in range(2):
        send(carl, lamps, "All of them.", f"reply-{written.thread_id}")
    assert (CommentThread.objects.count(), Comment.objects.count()) == (1, 2)


ERRORS = {
    "": "Write a comment first.",
    "x" * 2001: "Ensure this value has at most 2000 characters (it has 2001).",
    "Ask @boris.": "No account is named @boris. Choose a name from the list, or write it without @.",
    "@ada @eva @Boris": "No accounts are named @Boris, @eva. Choose names from the list, or write them without @.",
}


@pytest.mark.parametrize("text", ERRORS, ids=lambda text: text[:8])
@pytest.mark.parametrize("box", ["new", "reply"])
def test_a_wrong_comment_is_shown_again_with_the_reason(text, box, ada, carl, lamps):
    first = comment(ada, lamps, "Which lamps?")
    box = f"reply-{first.thread_id}" if box == "reply" else box
    response = send(carl, lamps, text, box, field="status")
    assert errors_in(response) == ERRORS[text]
    assert soup(response).select_one(f"#{box}-text").text.strip() == text
    assert Comment.objects.count() == 1


def test_a_line_end_counts_as_one_character(carl, lamps):
    assert len(comment(carl, lamps, "x\r\n" * 999 + "xx").text) == 2000


def test_an_inactive_account_cannot_be_named(ada, carl, lamps):
    get_user_model().objects.create_user("reader")
    assert "@reader" in errors_in(send(carl, lamps, "Ask @reader"))
    assert "reader" not in shown(carl.get(url_of(lamps)), ".comment-names li")
    assert {"ada", "carl"} <= {*shown(carl.get(url_of(lamps)), ".comment-names li")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Anna: look", [("anna", True)]),
        ("(@anna.lee.)", [("anna.lee", True)]),
        ("@annabel", [("annabel", False)]),
        ("@anna_k or @anna.k?", [("anna_k", False), ("anna.k", False)]),
        ("@anna请看，@安娜请看", [("anna", True), ("安娜", True)]),
        ("anna@example.org, 5 @ 3", []),
    ],
)
def test_names_in_a_text_are_found(text, found):
    assert list(mentions(text, ["anna", "anna.lee", "安娜"])) == found


def test_comments_wait_for_the_author_the_named_and_those_in_the_thread_until_they_answer(
    ada, bela, carl, lamps
):
    dora, eva = client_with_role("curator", "dora"), client_with_role("curator", "eva")
    first = comment(carl, lamps, "Which lamps, @dora?")
    assert waiting(ada, bela, carl, dora, eva) == [[first.text], [], [], [first.text], []]
    answer = reply(dora, first, "The new ones.")
    assert waiting(ada, carl, dora) == [[first.text, answer.text], [answer.text], []]
    edit(lamps, title_en="New lamps")
    resolve(carl, first, "Then it is right.")
    assert waiting(ada, carl, dora) == [[], [], []]


def test_the_start_page_and_the_page_of_comments_show_what_waits(ada, carl, lamps):
    start, page = reverse("admin:index"), reverse("admin:comments")
    quiet = soup(ada.get(start)).select_one(".quiet").text
    assert "Comments" in quiet
    assert "No comments await you." in ada.get(page).content.decode()
    written = comment(carl, lamps, "Which lamps?")
    link = f"{admin_url(lamps, 'change')}#comment-{written.pk}"
    entry = soup(ada.get(start)).select_one(f".queues a[href='{link}']").parent
    assert " ".join(entry.text.split()) == "Lamps carl: Which lamps?"
    assert soup(ada.get(page)).select_one(f"a[href='{link}']").text == "Lamps"


def test_comments_wait_only_for_those_who_may_see_the_record(carl, lamps):
    helper = client_with_role("", "helper")
    helper.user.user_permissions.set(Permission.objects.filter(codename="view_city"))
    comment(carl, lamps, "Which lamps, @helper?")
    assert waiting(helper) == [[]]


def test_an_own_comment_is_changed_and_deleted_until_it_is_answered(ada, carl, lamps):
    first = comment(carl, lamps, "Which lamps, @ada?")
    box = f"edit-{first.pk}"
    assert "Edit the comment" not in ada.get(url_of(lamps)).content.decode()
    send(carl, lamps, "Which trams, @carl?", box, "change")
    assert [(each.text, each.mentioned.get().username) for each in Comment.objects.all()] == [
        ("Which trams, @carl?", "carl")
    ]
    reply(ada, first, "The new ones.")
    response = send(carl, lamps, "", box, "delete")
    assert (
        errors_in(response)
        == "Someone has answered, resolved or deleted this comment since you opened the page."
    )
    assert Comment.objects.count() == 2
    second = Comment.objects.latest("pk")
    send(ada, lamps, "", f"edit-{second.pk}", "delete")
    send(carl, lamps, "", box, "delete")
    assert not CommentThread.objects.exists()


def test_only_the_author_can_change_a_comment(ada, carl, lamps):
    first = comment(carl, lamps, "Which lamps?")
    for action in ("change", "delete"):
        assert "Someone has answered" in errors_in(send(ada, lamps, "Mine", f"edit-{first.pk}", action))
    assert Comment.objects.get().text == "Which lamps?"


def test_resolved_comments_stay_and_an_answer_to_them_is_not_lost(ada, carl, lamps):
    first = comment(carl, lamps, "Which lamps?", field="status")
    response = resolve(ada, first)
    assert shown(response, "> .comment-thread") == []
    (thread,) = shown(response, ".resolved-comments .comment-thread")
    assert "Which lamps?" in thread
    assert "Resolved by ada on " in thread
    response = send(carl, lamps, "And the trams?", f"reply-{first.thread_id}")
    assert "Someone has answered, resolved or deleted this comment since you opened the page." in errors_in(
        response
    )
    assert soup(response).select_one("#new-text").text.strip() == "And the trams?"
    resolve(carl, first)
    assert CommentThread.objects.get().resolved_by == ada.user


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_answer", [True, False], ids=["answer", "change"])
def test_a_reply_or_edit_is_shown_again_if_its_comment_is_being_deleted(is_answer, ada, carl, lamps):
    first = comment(carl, lamps, "Which lamps?")
    client, box = (ada, f"reply-{first.thread_id}") if is_answer else (carl, f"edit-{first.pk}")
    answers = []

    def answer():
        try:
            answers.append(send(client, lamps, "The new ones.", box))
        finally:
            connections.close_all()

    other = threading.Thread(target=answer)
    with transaction.atomic():
        lock(type(lamps), [lamps.pk])
        first.thread.delete()
        other.start()
        # Without the lock, the other request would read the comments during this pause.
        other.join(0.5)
    other.join(20)
    assert (
        errors_in(answers[0])
        == "Someone has answered, resolved or deleted this comment since you opened the page."
    )
    assert soup(answers[0]).select_one("#new-text").text.strip() == "The new ones."
    assert not CommentThread.objects.exists()


@pytest.mark.parametrize(("language", "label"), [("en", "About:"), ("ru", "О чём:"), ("zh-hans", "关于：")])
def test_the_field_of_a_comment_has_a_label_of_its_own(language, label, carl, lamps):
    carl.cookies["django_language"] = language
    (shown_label,) = shown(carl.get(url_of(lamps)), "label[for=new-field]")
    assert shown_label == label


def test_the_history_shows_comments_and_resolutions_in_the_order_of_time(ada, carl, lamps):
    first = comment(carl, lamps, "Which lamps?", field="status")
    edit(lamps, title_en="New lamps")
    resolve(ada, first)
    response = carl.get(admin_url(lamps, "history"))
    headings = [" ".join(each.text.split()) for each in soup(response).select(".revisions h2")]
    assert headings == [
        "ada resolved the comments on: status",
        "Changed",
        "Comment by carl on: status",
        "Created",
    ]


@pytest.mark.parametrize(
    ("page", "headings"),
    [(1, ["Changed"] * 2), (2, ["Comment by carl on: the record as a whole", "Created"])],
)
def test_each_page_of_a_history_shows_the_comments_of_its_time(page, headings, carl, lamps, monkeypatch):
    monkeypatch.setattr("sco_cities.history.record_history.PAGE_SIZE", 2)
    comment(carl, lamps, "Which lamps?")
    edit(lamps, title_en="New lamps")
    edit(lamps, title_en="Newer lamps")
    response = carl.get(admin_url(lamps, "history"), {"page": page})
    assert [" ".join(each.text.split()) for each in soup(response).select(".revisions h2")] == headings


def test_comments_of_a_deleted_account_stay(ada, carl, lamps):
    resolve(carl, comment(carl, lamps, "Which lamps, @ada?"))
    get_user_model().objects.filter(pk__in=[carl.user.pk]).delete()
    (thread,) = shown(ada.get(url_of(lamps)), ".resolved-comments .comment-thread")
    assert thread.startswith("the record as a whole a former account,")
    assert "Resolved by a former account on " in thread


def test_comments_are_deleted_with_their_record(carl, lamps):
    comment(carl, lamps, "Which lamps?")
    page = carl.get(admin_url(lamps, "delete"))
    assert "Which lamps?" in page.content.decode()
    carl.post(admin_url(lamps, "delete"), form_data(page))
    assert not CommentThread.objects.exists()


def test_comments_move_to_the_record_with_which_theirs_is_merged(carl, lamps):
    comment(carl, lamps, "Which lamps?")
    kept = make.make_initiative("trams", state="draft")
    merge(type(lamps), kept.pk, lamps.pk, user=carl.user)
    assert CommentThread.objects.get().record == kept


def test_the_number_of_queries_of_a_form_does_not_grow_with_the_comments(
    carl, ada, lamps, django_assert_num_queries
):
    first = comment(carl, lamps, "Which lamps?")
    carl.get(url_of(lamps))
    with CaptureQueriesContext(connection) as queries:
        carl.get(url_of(lamps))
        few = len(queries)
    for number in range(4):
        reply(ada, comment(carl, lamps, f"Question {number}", field="status"), f"Answer {number}")
    reply(ada, first, "These.")
    with django_assert_num_queries(few):
        carl.get(url_of(lamps))


PUBLIC = (
    "/", "/recent/", "/sitemap.xml", "/initiatives/", "/initiatives/?view=brief", "/initiatives.csv",
    "/initiatives.geojson", "/initiatives.atom", "/initiatives/lamps/", "/initiatives/lamps.md",
    "/initiatives/lamps.json",
    "/initiatives/lamps.jsonld", "/initiatives/lamps.atom",
    "/embed/initiatives/lamps/", "/api/initiatives/", "/api/initiatives/lamps/", "/api/changes/",
    "/search/?q=s3cr",
    "/cite/initiatives/lamps/",
)  # fmt: skip


def test_comments_are_in_no_page_file_feed_or_package_for_readers(client, carl, tmp_path):
    lamps = with_creator(carl.user, make.make_initiative("lamps"))
    first = comment(carl, lamps, "S3CR3T", field="status")
    edit(lamps, "As reported.", title_en="New lamps")
    resolve(carl, comment(carl, lamps, "S3CR3T again"))
    assert "S3CR3T" in carl.get(admin_url(lamps, "history")).content.decode()
    as_of = f"/initiatives/lamps/?as_of={timezone.localdate()}"
    answers = {address: client.get(address) for address in (*PUBLIC, as_of)}
    for address, response in answers.items():
        content = response.getvalue() if response.streaming else response.content
        assert response.status_code in (200, 404), address
        assert b"s3cr3t" not in content.lower(), address
    assert sum(response.status_code == 200 for response in answers.values()) > 15
    call_command("dump_package", str(tmp_path / "package"))
    files = [path.read_bytes() for path in (tmp_path / "package").rglob("*") if path.is_file()]
    assert len(files) > 10
    assert not any(b"s3cr3t" in content.lower() for content in files)
    assert first.thread.record == lamps


@pytest.mark.parametrize("role", by_url.ROLES)
@pytest.mark.parametrize("state", [PublicationState.DRAFT, PublicationState.PUBLISHED])
def test_users_who_can_open_the_form_of_a_record_can_read_and_write_its_comments(state, role):
    client = by_url.client_for(role)
    for make_it in by_url.MAKERS.values():
        record = make_it(f"x{state[0]}", state=state)
        url = reverse("admin:record_comments", args=[record.collection, record.pk])
        sees = client.get(admin_url(record, "change")).status_code
        assert client.get(url).status_code == sees == by_url.expected(by_url.GET_STATUSES, "change", role)
        posted = client.post(url, {"box": "new", "text": "Is this right?"})
        assert posted.status_code == (by_url.FORBIDDEN if role == "nobody" else by_url.REDIRECTED)
        assert record.comment_threads.count() == (role not in ("anonymous", "nobody"))
