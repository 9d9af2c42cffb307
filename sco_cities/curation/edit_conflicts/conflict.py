"""An edit conflict and its three sides: original (common base), theirs (stored now), yours (submitted)."""

from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sco_cities.history.diff_display import DiffPart, word_diff


class ConflictSide(TextChoices):
    """The side that a curator selects."""

    YOURS = "yours", _("yours")
    THEIRS = "theirs", _("theirs")


@dataclass
class FieldConflict:
    """A field or a row in which the sides differ, each as display text; "" if there is no value or row.

    `choice` is the side to be saved; None if both sides changed it and the curator has not chosen yet.
    """

    name: str
    label: str
    original: str
    theirs: str
    yours: str
    choice: ConflictSide | None
    has_choice: bool = True
    changed_by_both: bool = field(init=False)

    def __post_init__(self):
        self.changed_by_both = self.choice is None

    @property
    def input_name(self) -> str:
        return f"choice-{self.name}"

    @property
    def their_diff(self) -> list[DiffPart]:
        return word_diff(self.original, self.theirs)

    @property
    def your_diff(self) -> list[DiffPart]:
        return word_diff(self.original, self.yours)

    def choose(self, data) -> None:
        """Applies the submitted choice, if there is one."""
        if self.has_choice and data.get(self.input_name) in ConflictSide.values:
            self.choice = ConflictSide(data[self.input_name])


def last_changed_by(original, theirs, yours) -> ConflictSide | None:
    """The side that changed the value; None if both sides changed it."""
    if theirs == original:
        return ConflictSide.YOURS
    return ConflictSide.THEIRS if yours == original else None


def submitted_text(bound) -> list[str]:
    """The values that a browser submits for an unchanged bound field."""
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    value = bound.value()
    if value in (None, False):
        return []
    formatted = widget.format_value(value)
    return (
        [str(each) for each in formatted] if isinstance(formatted, list | tuple) else [str(formatted or "")]
    )
