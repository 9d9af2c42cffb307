"""Permissions for shared rows: rows on a record's page that belong to another record too, such as attendances."""

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from sco_cities.db.pk_filter import pk_in
from sco_cities.history.shared_rows import changed_co_owners


def check_shared_row_permissions(form) -> None:
    """Adds an error if rows would change other records that the account may not edit."""
    permissions = getattr(form, "object_permissions", None)
    if permissions is None or permissions.can_review:
        return
    refused = []
    others = changed_co_owners(form.instance.row_formsets, type(form.instance))
    for model, keys in others.items():
        records = list(model._base_manager.filter(pk_in(keys)))
        permissions.load_ownership(records)
        refused += [str(record) for record in records if not permissions.can_edit(record)]
    if refused:
        form.add_error(
            None, _("You do not have permission to change: %s.") % get_text_list(sorted(refused), _("and"))
        )
