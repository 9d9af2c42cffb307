"""An account's unsaved input, and the accounts with an open form.

Input is stored while the user types, and offered when the form is opened again. Each open form has a database row,
which is renewed while the page is visible.
"""

from datetime import timedelta
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sco_cities.accounts.carried_form import KEY_FIELD, make_key, name_in_key
from sco_cities.curation.models import EditingSession, UnsavedForm
from sco_cities.i18n.punctuation import join_sentences
from sco_cities.ops.request_info import body_size
from sco_cities.sources.base_models import Record
from sco_cities.sources.querysets import of_records

# Maximum forms per account, and maximum submitted bytes per form.
MAX_FORMS = 30
MAX_BYTES = 1_000_000
KEEP = timedelta(days=30)
# Retention period of a used form key. No request for a saved form arrives later.
KEEP_USED = timedelta(days=1)
# An open form is treated as closed if it is not renewed within this time.
MAX_AGE = timedelta(minutes=2)
# The query parameter for filling a form with kept values.
CONTINUED = "unsaved"


class UnsavedForms:
    """The account's unsaved input for the form at the request's URL."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @cached_property
    def _kept(self) -> dict[str, UnsavedForm]:
        """The kept input by name, newest first. Empty on POST, because the submitted form is shown."""
        if self.request.method == "POST":
            return {}
        kept = _unsaved(self.request.user).filter(address=self.request.path)
        return {each.name: each for each in kept.order_by("-saved_at")}

    @cached_property
    def continued(self) -> UnsavedForm | None:
        """The kept input that fills the form."""
        name = self.request.GET.get(CONTINUED)
        return self._kept.get(name) if name else None

    @property
    def offered(self) -> list[UnsavedForm]:
        """Other kept input that the user can continue or discard."""
        return [each for each in self._kept.values() if each is not self.continued]

    @property
    def is_unsaved(self) -> bool:
        """True if the form shows values that are not saved."""
        return self.request.method == "POST" or self.continued is not None

    @property
    def posted_name(self) -> str:
        """The name in the submitted form key, or "" if there is no key of this account."""
        return name_in_key(self.request.POST.get(KEY_FIELD, ""), self.request.user)

    @property
    def key(self) -> str:
        """The key of the form on the page."""
        name = self.continued.name if self.continued else self.posted_name
        return make_key(self.request.user, name)

    @cached_property
    def values(self) -> QueryDict | None:
        """The values of `continued`, as the form submits them."""
        if self.continued is None:
            return None
        values = QueryDict(mutable=True)
        for field, texts in self.continued.values.items():
            values.setlist(field, texts)
        return values

    def forget(self) -> None:
        """Deletes the kept input of the submitted form and marks its key as used.

        A used key prevents a late request from keeping the input after the form has been saved.
        """
        if name := self.posted_name:
            used = UnsavedForm(
                account_id=self.request.user.pk, name=name, values={}, saved_at=timezone.now(), is_used=True
            )
            UnsavedForm.objects.bulk_create(
                [used],
                update_conflicts=True,
                unique_fields=["account", "name"],
                update_fields=["address", "title", "values", "saved_at", "is_used"],
            )


def unsaved_forms(request: HttpRequest) -> UnsavedForms:
    """Returns the unsaved input for the form of this request, loaded on first use."""
    if not hasattr(request, "unsaved_forms"):
        request.unsaved_forms = UnsavedForms(request)
    return request.unsaved_forms


def _unsaved(account) -> QuerySet[UnsavedForm]:
    return UnsavedForm.objects.filter(account=account.pk, is_used=False)


def own_forms(account) -> QuerySet[UnsavedForm]:
    """Returns all unsaved forms of an account without their values, newest first."""
    return _unsaved(account).order_by("-saved_at").defer("values")


def keep(request: HttpRequest, address: str, name: str, title: str) -> str:
    """Keeps the submitted input of the form at `address`. Returns a message for the user."""
    own = own_forms(request.user)
    if UnsavedForm.objects.filter(account=request.user.pk, name=name, is_used=True).exists():
        return _(
            "Your input is not kept, because this form has already been saved. Copy your new input, and reload the "
            "page."
        )
    if body_size(request) > MAX_BYTES:
        return _("This form is too large to keep your input. Save it often.")
    if not own.filter(name=name).exists() and own.count() >= MAX_FORMS:
        return _(
            "Your input is not kept, because you have too many unsaved forms. They are listed on the page “My "
            "records”."
        )
    now = timezone.now()
    values = {
        field: texts
        for field, texts in request.POST.lists()
        if field not in (KEY_FIELD, "csrfmiddlewaretoken")
    }
    if any("\x00" in text for field, texts in values.items() for text in (field, *texts)):
        # PostgreSQL cannot store NUL.
        raise BadRequest("NUL bytes in a form")
    UnsavedForm.objects.update_or_create(
        account_id=request.user.pk,
        name=name,
        defaults={"address": address, "title": title[:200], "values": values, "saved_at": now},
    )
    return _("Your input is kept until you save the form.")


def delete_old() -> int:
    """Deletes input older than KEEP and used form keys older than KEEP_USED. Returns the number of deleted rows."""
    now = timezone.now()
    old = Q(saved_at__lt=now - KEEP) | Q(saved_at__lt=now - KEEP_USED, is_used=True)
    return UnsavedForm.objects.filter(old).delete()[0]


class UnsavedFormMixin:
    """A ModelAdmin whose form offers unsaved input and can show it without saving or validating it."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.kept_values = unsaved_forms(request).values
        return form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        values = unsaved_forms(request).values
        return kwargs if values is None else kwargs | {"data": values}

    def _create_formsets(self, request, obj, change):
        formsets, inlines = super()._create_formsets(request, obj, change)
        if unsaved_forms(request).values is not None:
            for formset in formsets:
                formset._errors, formset._non_form_errors = [], formset.error_class()
                for form in formset.forms:
                    form._errors = ErrorDict()
        return formsets, inlines

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["unsaved"] = unsaved_forms(request)
        context["is_writable"] = self.can_write(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        """Saves the inlines and deletes the form's kept input in the same transaction."""
        super().save_related(request, form, formsets, change)
        unsaved_forms(request).forget()


def renew_session(account, name: str, record: Record) -> None:
    """Marks the record's form as open for the account. `name` is the name in the form key."""
    now, content_type = timezone.now(), ContentType.objects.get_for_model(record)
    seen = {"content_type": content_type, "object_id": record.pk, "seen_at": now}
    EditingSession.objects.update_or_create(
        account_id=account.pk, name=name, defaults=seen, create_defaults=seen | {"opened_at": now}
    )


def describe_others(account, name: str, record: Record) -> str:
    """Describes other accounts and other tabs of this account that have the record open, or returns ""."""
    sessions = EditingSession.objects.filter(of_records([record]), seen_at__gte=timezone.now() - MAX_AGE)
    sessions = sessions.exclude(account=account.pk, name=name)
    # If an account has several tabs open, the earliest tab is shown.
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


def delete_closed() -> int:
    """Deletes the rows of closed forms. Returns their number."""
    return EditingSession.objects.filter(seen_at__lt=timezone.now() - MAX_AGE).delete()[0]
