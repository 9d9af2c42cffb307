"""Rows on a record's page that are part of another record too, as attendances are of a delegate's page."""

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.shared_rows import co_owners_changed


def check_shared_row_permissions(form) -> None:
    """Adds an error where rows would change records that the account may not write to."""
    rights = getattr(form, "rights", None)
    if rights is None or rights.reviews:
        return
    refused = []
    others = co_owners_changed(form.instance.sets_of_rows, type(form.instance))
    for model, keys in others.items():
        records = list(model._base_manager.filter(pk_in(keys)))
        rights.look_up(records)
        refused += [str(record) for record in records if not rights.may_edit(record)]
    if refused:
        form.add_error(
            None, _("You do not have permission to change: %s.") % get_text_list(sorted(refused), _("and"))
        )
