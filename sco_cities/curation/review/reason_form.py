"""The reason that is required before records are sent back or withdrawn."""

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .transitions import TRANSITIONS

# The page lists at most so many records.
MAX_NAMED = 20

# The label and the help text by transition. Readers never see why a record was sent back.
REASON_TEXTS = {
    "send_back": (gettext_lazy("What needs to be corrected?"), ""),
    "withdraw": (
        gettext_lazy("Why is the record withdrawn?"),
        gettext_lazy(
            "Readers no longer see the record; its address answers that it was withdrawn. Once it is "
            "published again, they see this reason in its history. Pages of earlier days and releases that exist keep "
            "the record, and feeds keep its slug: delete the record if personal data has to go."
        ),
    ),
}


class ReasonForm(forms.Form):
    """The reason for a transition; it is stored in the history."""

    reason = forms.CharField(max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, name: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = REASON_TEXTS[name]
        field.error_messages["required"] = _(
            "Enter a reason: the next person who works on the record needs to know it."
        )


def require_reason(model_admin, request, queryset, name: str) -> tuple[TemplateResponse | None, str]:
    """(None, reason) if a valid reason was submitted, else (the page that asks for it, "")."""
    form = ReasonForm(name, request.POST if "reason" in request.POST else None)
    if form.is_valid():
        return None, form.cleaned_data["reason"]
    select_across = request.POST.get("select_across", "0")
    selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": TRANSITIONS[name].label,
        "opts": model_admin.opts,
        "form": form,
        "action": name,
        "records": queryset[:MAX_NAMED],
        "more": max(queryset.count() - MAX_NAMED, 0),
        # With "select across", Django's action view needs only one selected record.
        "selected": selected[:1] if select_across == "1" else selected,
        "selected_name": ACTION_CHECKBOX_NAME,
        "select_across": select_across,
        "versions": request.POST.get("versions", ""),
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/curation/review/reason.html", context), ""
