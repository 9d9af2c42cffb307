"""What the words for firmness cover, where a reader could take them for more."""

from django.utils.translation import gettext_lazy as _

from .models import Status

MEANINGS = {
    Status.INTEREST: _("a wish or talks: nothing is agreed"),
    Status.PROPOSED: _("a plan or a call: nothing is agreed"),
    Status.AGREED: _("a letter of intent, a memorandum, an agreement or a title conferred"),
}
