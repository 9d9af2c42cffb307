"""The form to follow a list or a record by e-mail."""

from django.utils.translation import gettext_lazy as _

from sco_cities.correction_requests.forms import ReaderEmailField, ReaderForm


class SubscriptionForm(ReaderForm):
    """The e-mail address of a reader who wants to follow a list or record."""

    field_order = ("email", "subject")

    email = ReaderEmailField(
        help_text=_("Only for this. It is stored encrypted, and deleted when you unsubscribe."),
        error_messages={"required": _("Enter your e-mail address.")},
    )
