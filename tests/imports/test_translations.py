"""Translations are ordinary columns of spreadsheets. A changed English text makes them outdated."""

from delegates.models import Delegate
from tests.factories import make_delegate, support_everything

from .sheets import apply_file, as_csv, export, rows_of


def imported(**values) -> Delegate:
    rows = rows_of(export("delegates"))
    rows[0] |= values
    apply_file("delegates", as_csv(rows))
    return Delegate.objects.get()


def test_a_translation_is_imported(db):
    support_everything(make_delegate(role="Mayor"))
    delegate = imported(role_ru="мэр", role_zh="市长")
    assert (delegate.role_ru, delegate.role_zh, delegate.translated_from) == ("мэр", "市长", "")


def test_a_changed_english_text_leaves_its_translations_to_be_checked(db):
    support_everything(make_delegate(role="Mayor", role_ru="мэр", role_zh="市长"))
    assert imported(role="Deputy mayor", role_ru="вице-мэр").outdated_translations == ["role_zh"]


def test_newer_columns_follow_older_columns(db):
    make_delegate()
    columns = list(rows_of(export("delegates"))[0])
    assert columns[-4:] == ["updated_at", "role_ru", "role_zh", "sources_addresses"]
