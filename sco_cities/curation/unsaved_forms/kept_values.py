"""The unsaved input of an account, kept while the user types and offered when the form is opened again."""

from datetime import timedelta
from functools import cached_property

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from sco_cities.accounts.carried_form import KEY_FIELD, make_key, name_in_key
from sco_cities.curation.models import UnsavedForm
from sco_cities.ops.request_info import body_size

# Maximum forms per account, and maximum submitted bytes per form.
MAX_FORMS = 30
MAX_BYTES = 1_000_000
KEEP = timedelta(days=30)
# How long a used form key is kept. Requests for a saved form cannot arrive later than this.
KEEP_USED = timedelta(days=1)
# The query parameter that fills a form with kept values.
CONTINUED = "unsaved"


class UnsavedForms:
    """The unsaved input of an account for the form at the request's URL."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @cached_property
    def _kept(self) -> dict[str, UnsavedForm]:
        """The kept input by name, newest first. Empty while a submitted form is shown again."""
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
        """Other kept input, which the user can continue or discard."""
        return [each for each in self._kept.values() if each is not self.continued]

    @property
    def is_unsaved(self) -> bool:
        """True if the form shows values that are not saved."""
        return self.request.method == "POST" or self.continued is not None

    @property
    def posted_name(self) -> str:
        """The name in the submitted form key. "" if there is no key of this account."""
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

        Otherwise, a late request to keep the input could be handled after the form was saved.
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
    """Returns all unsaved input of an account without the values, newest first."""
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
    """Deletes input older than KEEP and old marks of saved forms. Returns the number of rows."""
    now = timezone.now()
    old = Q(saved_at__lt=now - KEEP) | Q(saved_at__lt=now - KEEP_USED, is_used=True)
    return UnsavedForm.objects.filter(old).delete()[0]
