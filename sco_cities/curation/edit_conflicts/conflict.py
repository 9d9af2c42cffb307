"""The three sides of something that changed while a form was open: what it was, what it is now, what was sent."""

from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sco_cities.history.diff_display import DiffPart, word_diff


class ConflictSide(TextChoices):
    """Whose text a curator chooses."""

    YOURS = "yours", _("yours")
    THEIRS = "theirs", _("theirs")


@dataclass
class FieldConflict:
    """A field or a row in which the three sides are not alike, each of them in words; "" where there is none.

    `chosen` is whose text is saved, None where both sides changed it and nobody has chosen yet.
    """

    name: str
    label: str
    original: str
    theirs: str
    yours: str
    chosen: ConflictSide | None
    is_choice: bool = True
    both: bool = field(init=False)

    def __post_init__(self):
        self.both = self.chosen is None

    @property
    def input_name(self) -> str:
        return f"choice-{self.name}"

    @property
    def their_parts(self) -> list[DiffPart]:
        return word_diff(self.original, self.theirs)

    @property
    def your_parts(self) -> list[DiffPart]:
        return word_diff(self.original, self.yours)

    def choose(self, data) -> None:
        """Takes the choice that was sent, if one was."""
        if self.is_choice and data.get(self.input_name) in ConflictSide.values:
            self.chosen = ConflictSide(data[self.input_name])


def last_changed_by(original, theirs, yours) -> ConflictSide | None:
    """Whose text stands where one side alone has changed it; None where both have."""
    if theirs == original:
        return ConflictSide.YOURS
    return ConflictSide.THEIRS if yours == original else None


def submitted_text(bound) -> list[str]:
    """What a browser would send of a form's field that nobody touched."""
    widget = getattr(bound.field.widget, "widget", bound.field.widget)
    value = bound.value()
    if value in (None, False):
        return []
    formatted = widget.format_value(value)
    return (
        [str(each) for each in formatted] if isinstance(formatted, list | tuple) else [str(formatted or "")]
    )
