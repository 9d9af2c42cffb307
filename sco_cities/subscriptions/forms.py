"""The form to follow a list or a record by e-mail."""

from django.utils.translation import gettext_lazy as _

from sco_cities.correction_requests.forms import ReaderEmailField, ReaderForm


class SubscriptionForm(ReaderForm):
    """The e-mail address of a reader who wants to follow a list or record."""

    field_order = ("email", "subject")

    email = ReaderEmailField(
        help_text=_(
            "Used only for this subscription. It is stored encrypted, and it is deleted when you unsubscribe."
        ),
        error_messages={"required": _("Enter your e-mail address.")},
    )
