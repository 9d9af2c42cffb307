"""Tracks which accounts have a record's form open. Each open form has a row, renewed while the page is visible."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sco_cities.curation.models import EditingSession
from sco_cities.i18n.punctuation import join_sentences
from sco_cities.sources.base_models import Record

# A form counts as closed if it is not renewed for this long.
MAX_AGE = timedelta(minutes=2)


def renew(account, name: str, record: Record) -> None:
    """Records that the account has the record's form open. `name` is the name in the form key."""
    now, content_type = timezone.now(), ContentType.objects.get_for_model(record)
    seen = {"content_type": content_type, "object_id": record.pk, "seen_at": now}
    EditingSession.objects.update_or_create(
        account_id=account.pk, name=name, defaults=seen, create_defaults=seen | {"opened_at": now}
    )


def close(account, name: str) -> None:
    """Records that the account has left the form."""
    EditingSession.objects.filter(account=account.pk, name=name).delete()


def describe_others(account, name: str, record: Record) -> str:
    """Describes other accounts, and other tabs of this account, that have the record open. "" if there are none."""
    sessions = EditingSession.objects.filter(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        seen_at__gte=timezone.now() - MAX_AGE,
    ).exclude(account=account.pk, name=name)
    # If an account has several tabs open, the earliest one is shown.
    first = {each.account: each for each in sessions.select_related("account").order_by("-opened_at")}
    return join_sentences(" ".join(_sentence(each, account) for each in reversed(first.values())))


def _sentence(session: EditingSession, account) -> str:
    if session.account == account:
        return _("You have this record open in another tab.")
    opened = timezone.localtime(session.opened_at)
    time = date_format(opened, "H:i")
    if opened.date() != timezone.localdate():
        time = f"{date_format(opened, 'SHORT_DATE_FORMAT')} {time}"
    names = {"name": session.account.get_username(), "time": time}
    return _("%(name)s has had this record open since %(time)s.") % names


def delete_old() -> int:
    """Deletes the rows of closed forms. Returns their number."""
    return EditingSession.objects.filter(seen_at__lt=timezone.now() - MAX_AGE).delete()[0]
