"""Links to the admin's pages."""

from django.db.models import Model
from django.urls import reverse


def change_url(record: Model) -> str:
    """The page on which `record` is edited."""
    return change_url_by_pk(type(record), record.pk)


def change_url_by_pk(model: type[Model], key: int) -> str:
    """The page on which the `model` with this key is edited."""
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[key])
