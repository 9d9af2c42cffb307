"""The texts that a curator types on the page of an intake: details of the report, summaries and quotations.

The page sends each with what its field showed, under the same name with "was-" before it, so that nobody overwrites
what somebody else has changed since.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from ..forms import ReportDetailsForm
from ..models import Intake, IntakePassage
from ..report_details import DETAIL_FIELDS
from .labels import PostOutcome

OWN_WORDS = ("summary", "quotation", "summary_ru", "summary_zh")
_OWN_WORDS_NAME = re.compile(rf"({'|'.join(OWN_WORDS)})-(\d{{1,5}})")
_LONGEST_WORDS = 20_000


@dataclass(frozen=True)
class TypedText:
    """A text of the page as it is stored and, if it was not saved, as it was typed."""

    name: str
    stored: str
    unsaved: str | None = None

    @property
    def value(self) -> str:
        return self.stored if self.unsaved is None else self.unsaved


class TextPost:
    """Saves the texts that were sent, each by itself."""

    def __init__(self, data: Mapping[str, str], intake: Intake, outcome: PostOutcome):
        self.data, self.intake, self.outcome = data, intake, outcome

    def apply(self) -> None:
        self._save_details()
        self._save_own_words()

    def _save_details(self) -> None:
        # Read under the lock of the intake.
        self.intake.refresh_from_db(fields=DETAIL_FIELDS)
        names = [name for name in DETAIL_FIELDS if self._is_changed(name, getattr(self.intake, name))]
        if not names or self.intake.report_id:
            return
        stored = {name: getattr(self.intake, name) for name in names}
        form = ReportDetailsForm({name: self.data[name] for name in names}, instance=self.intake)
        form.is_valid()
        saved = {}
        for name in names:
            if problem := " ".join(form.errors.get(name, [])) or self._conflict(name, stored[name]):
                self.outcome.unsaved[name] = self.data[name]
                self.outcome.errors.append(f"{form[name].label}: {problem}")
            else:
                saved[name] = form.cleaned_data[name]
        Intake.objects.filter(pk=self.intake.pk).update(**saved)
        self.intake.refresh_from_db(fields=DETAIL_FIELDS)

    def _save_own_words(self) -> None:
        matches = [match for match in map(_OWN_WORDS_NAME.fullmatch, self.data) if match]
        numbers = {int(match[2]) for match in matches}
        passages = {each.number: each for each in self.intake.passages.filter(number__in=numbers)}
        if len(passages) < len(numbers):
            raise Http404(_("There is no such passage."))
        for match in matches:
            self._save_words(passages[int(match[2])], match[1])

    def _save_words(self, passage: IntakePassage, column: str) -> None:
        name, stored = f"{column}-{passage.number}", getattr(passage, column)
        if not self._is_changed(name, stored):
            return
        value = field_text(self.data[name])
        problem = self._conflict(name, stored)
        try:
            passage._meta.get_field(column).clean(value, passage)
        except ValidationError as error:
            problem = " ".join(error.messages)
        if problem:
            self.outcome.unsaved[name] = value
            self.outcome.errors.append(
                _("Passage %(number)s: %(problem)s") % {"number": passage.number, "problem": problem}
            )
        else:
            IntakePassage.objects.filter(pk=passage.pk).update(**{column: value})
            self.outcome.passages.append(passage.pk)

    def _shown(self, name: str) -> str:
        """What a field showed when the page was opened or last saved."""
        return field_text(self.data.get(f"was-{name}", ""))

    def _is_changed(self, name: str, stored: str) -> bool:
        """Whether a field has another text than it showed and than is stored."""
        return name in self.data and field_text(self.data[name]) not in (
            self._shown(name),
            field_text(stored),
        )

    def _conflict(self, name: str, stored: str) -> str:
        """What to say if the stored text is not the one that the field showed, else ""."""
        if self._shown(name) == field_text(stored):
            return ""
        self.outcome.is_stale = True
        return _(
            "Someone has changed this since you opened it. Your version is not saved, but nothing that you typed is "
            "lost: “Save” shows both versions."
        )


def field_text(text: str) -> str:
    """Text of a field as it is stored: PostgreSQL has no NUL."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()[:_LONGEST_WORDS]
