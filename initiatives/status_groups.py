"""The groups of statuses that charts, findings and the glossary name, such as "on paper"."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy, pgettext_lazy

from .models import Status

ON_PAPER = (Status.INTEREST, Status.PROPOSED, Status.AGREED)
DONE = (Status.OPERATING, Status.COMPLETED)


@dataclass(frozen=True)
class StatusGroup:
    """Statuses that are shown together, with their label. `name` identifies the group in HTML and CSS."""

    name: str
    label: str
    statuses: tuple[Status, ...]


STATUS_GROUPS = (
    StatusGroup("on-paper", pgettext_lazy("status group", "on paper"), ON_PAPER),
    StatusGroup("under-way", gettext_lazy("under way"), (Status.UNDER_WAY,)),
    StatusGroup("done", gettext_lazy("operating or completed"), DONE),
    StatusGroup("stalled", gettext_lazy("stalled"), (Status.STALLED,)),
    StatusGroup("unknown", gettext_lazy("unknown"), (Status.UNKNOWN,)),
)
