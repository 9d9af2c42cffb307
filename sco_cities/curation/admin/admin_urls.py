"""URLs of change pages in the admin."""

from django.db.models import Model
from django.urls import reverse


def change_url(record: Model) -> str:
    """The URL of the change page of `record`."""
    return change_url_by_pk(type(record), record.pk)


def change_url_by_pk(model: type[Model], key: int) -> str:
    """The URL of the change page of the `model` with this primary key."""
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[key])
