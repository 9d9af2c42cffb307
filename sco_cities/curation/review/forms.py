"""The filter of the review queue."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sco_cities.sources.base_models import record_models

from .queue import QueueFilters, senders


class QueueFilterForm(forms.Form):
    """One kind of record, or what one account has sent; a wrong value leaves nothing."""

    kind = forms.ChoiceField(label=_("kind"), required=False)
    by = forms.ChoiceField(label=_("sent by"), required=False)

    def __init__(self, asked):
        super().__init__(asked)
        kinds = [(model.collection, capfirst(model._meta.verbose_name_plural)) for model in record_models()]
        self.fields["kind"].choices = [("", _("all kinds")), *kinds]
        self.fields["by"].choices = [("", _("all users")), *((name, name) for name in self._names())]

    def _names(self) -> list[str]:
        """Those who sent something that waits, and whoever is asked for: all of theirs may be done by now."""
        names, asked = senders(), self.data.get("by", "")
        if asked and asked not in names and get_user_model().objects.filter(username=asked).exists():
            names.append(asked)
        return names

    def narrowing(self) -> QueueFilters | None:
        """The part of the queue that is asked for; None where a value is wrong."""
        return QueueFilters(**self.cleaned_data) if self.is_valid() else None
