"""Texts that a curator types on the intake page (report details, summaries and quotations).

The page submits each text together with the previous value of its field, named with the prefix "was-". This prevents a
user from overwriting a text that somebody else has changed in the meantime.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.i18n.punctuation import with_label

from ..forms import ReportDetailsForm
from ..models import Intake, IntakePassage
from ..report_details import DETAIL_FIELDS
from .labels import PostOutcome

OWN_WORDS = ("summary", "quotation", "summary_ru", "summary_zh")
_OWN_WORDS_NAME = re.compile(rf"({'|'.join(OWN_WORDS)})-(\d{{1,5}})")
_LONGEST_WORDS = 20_000
_CONFLICT = gettext_lazy(
    "Someone has changed this since you opened it. Your version was not saved, but your input is not lost. “Save” "
    "shows both versions."
)


@dataclass(frozen=True)
class TypedText:
    """A text on the page (its stored value and, if it was not saved, the text as typed)."""

    name: str
    stored: str
    unsaved: str | None = None

    @property
    def value(self) -> str:
        return self.stored if self.unsaved is None else self.unsaved

    @property
    def is_filled(self) -> bool:
        """Whether there is a text, or a conflict about a text that the user has emptied."""
        return bool(self.stored) or self.unsaved is not None


class TextPost:
    """Saves the submitted texts one by one."""

    def __init__(self, data: Mapping[str, str], intake: Intake, outcome: PostOutcome):
        self.data, self.intake, self.outcome = data, intake, outcome

    def apply(self) -> None:
        # The fields are reloaded after the intake has been locked.
        self.intake.refresh_from_db(fields=DETAIL_FIELDS)
        if not self.intake.report_id:
            for name in DETAIL_FIELDS:
                field = ReportDetailsForm.base_fields[name]
                self._save(self.intake, name, name, field.clean, str(field.label))
        matches = [match for match in map(_OWN_WORDS_NAME.fullmatch, self.data) if match]
        numbers = {int(match[2]) for match in matches}
        passages = {each.number: each for each in self.intake.passages.filter(number__in=numbers)}
        if len(passages) < len(numbers):
            raise Http404(_("There is no such passage."))
        for match in matches:
            self._save_words(passages[int(match[2])], match[1], match[0])

    def _save_words(self, passage: IntakePassage, column: str, name: str) -> None:
        def clean(text: str) -> str:
            return passage._meta.get_field(column).clean(text, passage)

        label = _("Passage %(number)s") % {"number": passage.number}
        if self._save(passage, column, name, clean, label):
            self.outcome.passages.append(passage.pk)

    def _save(
        self, owner: Intake | IntakePassage, column: str, name: str, clean: Callable[[str], str], label: str
    ) -> bool:
        """Saves the text of a field if it differs from both the text shown on the page and the stored text."""
        stored, shown = field_text(getattr(owner, column)), field_text(self.data.get(f"was-{name}", ""))
        typed = field_text(self.data.get(name, shown))
        if typed in (shown, stored):
            return False
        try:
            value = clean(typed)
            if shown != stored:
                self.outcome.is_stale = True
                raise ValidationError(_CONFLICT)
        except ValidationError as error:
            self.outcome.unsaved[name] = typed
            self.outcome.errors.append(with_label(label, " ".join(error.messages)))
            return False
        setattr(owner, column, value)
        owner.save(update_fields=[column])
        return True


def field_text(text: str) -> str:
    """The text of a field as it is stored. NUL is removed because PostgreSQL cannot store it."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()[:_LONGEST_WORDS]
