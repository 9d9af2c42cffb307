"""Writes and finds comments, including comments that await an account's reply."""

import re
from collections.abc import Iterable, Iterator

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from sco_cities.curation.models import Comment, CommentThread
from sco_cities.db.pk_queries import count_rows
from sco_cities.history.models import Revision
from sco_cities.history.record_history import HistoryNote
from sco_cities.names.letters import is_han
from sco_cities.sources.base_models import Record, record_models
from sco_cities.sources.querysets import of_records

# Users with permission to see records may comment on them.
SEES_RECORDS = "sources.view_report"
# An @ after a letter is part of an e-mail address.
_MENTION = re.compile(r"(?<![\w.+-])@([\w.@+-]+)")


def staff() -> dict[str, object]:
    """Returns the accounts that a comment can mention, by user name."""
    accounts = get_user_model().objects.filter(is_active=True, is_staff=True).order_by("username")
    return {account.get_username(): account for account in accounts}


def mentions(text: str, names: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yields each @name in a text, and whether the name is in `names`.

    A name ends before punctuation or a Chinese character, because Chinese text needs no space after a name.
    """
    for word in _MENTION.findall(text):
        known = max((name for name in names if _begins_with(word, name)), key=len, default="")
        yield known or word.rstrip(".@+-"), bool(known)


def _begins_with(word: str, name: str) -> bool:
    rest = word[len(name) :].lstrip(".@+-")
    is_whole = not rest or is_han(rest[0])
    return is_whole and word.casefold().startswith(name.casefold())


@transaction.atomic
def write(thread: CommentThread, author, text: str) -> Comment:
    """Adds a comment to an existing or new thread. Submitting a form twice adds only one comment."""
    if thread.pk is None:
        same = threads_of(thread.record).filter(field=thread.field, resolved_at=None)
        thread = same.filter(comments__text=text, comments__author=author).first() or thread
        thread.save()
    last = thread.comments.last()
    if last is not None and last.author_id == author.pk and last.text == text:
        return last
    comment = Comment.objects.create(thread=thread, author=author, text=text)
    set_mentioned(comment)
    return comment


def set_mentioned(comment: Comment) -> None:
    """Stores the accounts that the text of a comment mentions."""
    accounts = staff()
    comment.mentioned.set({accounts[name] for name, is_known in mentions(comment.text, accounts) if is_known})


def threads_of(record: Record) -> QuerySet[CommentThread]:
    """Returns the threads of a record, oldest first, with their comments and accounts."""
    threads = record.comment_threads.select_related("content_type", "resolved_by")
    return threads.prefetch_related("comments__author")


def waiting_for(account) -> QuerySet[Comment]:
    """Returns other users' comments in open threads that await a reply from the account.

    Such comments mention the account, follow its comment in the thread, or concern a record that it created or changed.
    """
    comments = _waiting(account.pk, _seen_models(account))
    return comments.select_related("author", "thread__content_type").prefetch_related("thread__record")


def count_waiting_for(account) -> int:
    """Counts the comments that `waiting_for` returns."""
    return count_rows(_waiting, _seen_models(account), account=account.pk)


def _seen_models(account) -> tuple[type[Record], ...]:
    names = ((model, model._meta) for model in record_models())
    return tuple(
        model for model, opts in names if account.has_perm(f"{opts.app_label}.view_{opts.model_name}")
    )


def _waiting(account: int, models: tuple[type[Record], ...]) -> QuerySet[Comment]:
    own = Comment.objects.filter(thread=OuterRef("thread"), author=account)
    changed = Revision.objects.filter(
        content_type=OuterRef("thread__content_type"),
        object_id=OuterRef("thread__object_id"),
        change_set__made_by=account,
    )
    names_account = Comment.mentioned.through.objects.filter(comment=OuterRef("pk"), user=account)
    return Comment.objects.filter(
        Exists(names_account) | Exists(own) | Exists(changed),
        ~Exists(own.filter(pk__gt=OuterRef("pk"))),
        thread__resolved_at=None,
        thread__content_type__in=ContentType.objects.get_for_models(*models).values(),
    ).exclude(author=account)


def open_numbers(records: Iterable[Record]) -> dict[tuple[int, int], int]:
    """Counts the comments in open threads, by content type and key of the record."""
    threads = CommentThread.objects.filter(of_records(records), resolved_at=None).order_by()
    counted = threads.values_list("content_type", "object_id").annotate(number=Count("comments"))
    return {(content_type, key): number for content_type, key, number in counted}


def history_notes(record: Record) -> list[HistoryNote]:
    """Returns a record's comments and their resolutions as history entries."""
    notes = []
    for thread in threads_of(record):
        for comment in thread.comments.all():
            heading = _("Comment by %(name)s on: %(field)s")
            names = {"name": comment.author_name, "field": thread.label}
            notes.append(HistoryNote(comment.written_at, heading % names, comment.text))
        if thread.resolved_at:
            heading = _("%(name)s resolved the comments on: %(field)s")
            names = {"name": thread.resolved_by_name, "field": thread.label}
            notes.append(HistoryNote(thread.resolved_at, heading % names))
    return notes
