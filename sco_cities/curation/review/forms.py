"""The filter of the review queue."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sco_cities.sources.base_models import record_models

from .queue import QueueFilters, senders


class QueueFilterForm(forms.Form):
    """Filters by kind of record and by the account that sent it; an invalid value gives an empty queue."""

    kind = forms.ChoiceField(label=_("kind"), required=False)
    by = forms.ChoiceField(label=_("sent by"), required=False)

    def __init__(self, params):
        super().__init__(params)
        kinds = [(model.collection, capfirst(model._meta.verbose_name_plural)) for model in record_models()]
        self.fields["kind"].choices = [("", _("all kinds")), *kinds]
        self.fields["by"].choices = [("", _("all users")), *((name, name) for name in self._names())]

    def _names(self) -> list[str]:
        """The senders of waiting records, and the requested account even if none of its records is waiting."""
        names, name = senders(), self.data.get("by", "")
        if name and name not in names and get_user_model().objects.filter(username=name).exists():
            names.append(name)
        return names

    def filters(self) -> QueueFilters | None:
        """The requested filters; None if a value is invalid."""
        return QueueFilters(**self.cleaned_data) if self.is_valid() else None
