"""Processes the form of the intake page, which can contain any number of decisions and texts.

The page submits each text (details of the report, summaries and quotations) together with the previous value of its
field, named with the prefix "was-". This prevents users from overwriting a text that another user has changed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.core.exceptions import Refused
from sco_cities.i18n.punctuation import with_label

from .. import decisions
from ..forms import ProposalForm, ReportDetailsForm
from ..known_names import NameLookup
from ..models import DETAIL_FIELDS, MODELS, Intake, IntakePassage, Proposal
from ..proposal_labels import ProposalLabels
from ..same_report import SUMMARY_COLUMNS, repeated_passages, same_reports
from ..writing.selection import is_written
from .labels import DECISION_OF_STATUS, PostOutcome

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
        """True if there is a text, or a conflict because the user has deleted the text."""
        return bool(self.stored) or self.unsaved is not None


def field_text(text: str) -> str:
    """Converts the text of a field to its stored form. NUL is removed because PostgreSQL cannot store it."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()[:_LONGEST_WORDS]


def _cleaned(clean: Callable[[str], str], text: str) -> str | None:
    """Returns the stored form of a previously submitted text, such as a date in words, or None if it is invalid."""
    try:
        return clean(text)
    except ValidationError:
        return None


_PLAIN_DECISIONS = {"accept": decisions.accept, "reject": decisions.reject, "undo": decisions.undo}


class DecisionPost:
    """Applies the parts of a submitted form one by one. A rejected part does not affect the other parts."""

    def __init__(self, request: HttpRequest, intake: Intake):
        self.data, self.user, self.intake = request.POST, request.user, intake
        self.outcome = PostOutcome()

    def apply(self) -> PostOutcome:
        self._save_texts()
        decided = dict(self._sent("decision"))
        # If a known record is chosen by its button or its name, the proposal is accepted.
        decided |= {
            key: "accept"
            for field in ("known", "same")
            for key, value in self._sent(field)
            if field_text(value)
        }
        # Rejections are applied after acceptances, and then undos, because the rejection or undo of a subject also
        # changes its values. Without JavaScript, the form also submits the previous decisions on these values.
        for key, value in sorted(decided.items(), key=lambda sent: sent[1]):
            self._decide(self._proposal(key), value)
        keys = {int(key) for key in self.data.getlist("sure") if is_key(key)}
        self.outcome.decided += decisions.accept_open(self.intake, self.user, keys)
        if "use_report" in self.data:
            self._choose_report(self.data["use_report"])
        return self.outcome

    def _save_texts(self) -> None:
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
            name, column, passage = match[0], match[1], passages[int(match[2])]
            clean = partial(IntakePassage._meta.get_field(column).clean, model_instance=passage)
            label = _("Passage %(number)s") % {"number": passage.number}
            if self._save(passage, column, name, clean, label):
                self.outcome.passages.append(passage.pk)

    def _save(
        self, owner: Intake | IntakePassage, column: str, name: str, clean: Callable[[str], str], label: str
    ) -> bool:
        """Saves a field's text if it differs from the displayed text and the stored text."""
        stored, shown = field_text(getattr(owner, column)), field_text(self.data.get(f"was-{name}", ""))
        typed = field_text(self.data.get(name, shown))
        if typed in (shown, stored):
            return False
        try:
            value = clean(typed)
            if stored not in (shown, _cleaned(clean, shown)):
                self.outcome.is_stale = True
                raise ValidationError(_CONFLICT)
        except ValidationError as error:
            self.outcome.unsaved[name] = typed
            self.outcome.errors.append(with_label(label, " ".join(error.messages)))
            return False
        setattr(owner, column, value)
        owner.save(update_fields=[column])
        return True

    def _sent(self, prefix: str) -> Iterator[tuple[int, str]]:
        for name, value in self.data.items():
            before, _dash, key = name.partition("-")
            if before == prefix and is_key(key):
                yield int(key), value

    def _proposal(self, key: int) -> Proposal:
        """Returns the proposal of this intake with the key `key`. Raises Http404 if there is none."""
        proposals = self.intake.proposals.select_related("passage")
        proposal = proposals.filter(pk=key).first()
        if proposal is None:
            raise Http404(_("There is no such proposal."))
        # If the draft of a subject has been deleted, ProposalLabels resets it to a new subject.
        return ProposalLabels([proposal]).proposals[0]

    def _decide(self, proposal: Proposal, decision: str) -> None:
        # Only a subject can be a known record.
        if decision not in _PLAIN_DECISIONS or (self._known_name(proposal) and not proposal.is_subject):
            raise Http404(_("There is no such decision."))
        edited = decision == "accept" and self._has_changes(proposal)
        # Without JavaScript, the form also submits the previous decisions.
        if decision == DECISION_OF_STATUS.get(proposal.status, "undo") and not edited:
            return
        try:
            if edited:
                self._edit(proposal)
            else:
                _PLAIN_DECISIONS[decision](proposal, self.user, version=self._version(proposal))
        except (Refused, ValidationError) as error:
            self._refuse(proposal, error)
        else:
            self.outcome.decided.append(proposal.pk)

    def _has_changes(self, proposal: Proposal) -> bool:
        if self._known_name(proposal) or self._is_new(proposal):
            return True
        prefix = f"value-{proposal.pk}-"
        is_sent = any(name.startswith(prefix) for name in self.data)
        return is_sent and ProposalForm(proposal, self.data).has_changed()

    def _known_name(self, proposal: Proposal) -> str:
        """Returns the slug from the pressed button, otherwise the entered name, otherwise ""."""
        names = (field_text(self.data.get(f"{field}-{proposal.pk}", "")) for field in ("known", "same"))
        return next(filter(None, names), "")[:200]

    def _is_new(self, proposal: Proposal) -> bool:
        """Returns True if the curator chose "new record" for a proposal that was matched with a known record."""
        return f"new-{proposal.pk}" in self.data and proposal.is_subject and proposal.object_id is not None

    def _edit(self, proposal: Proposal) -> None:
        version = self._version(proposal)
        if name := self._known_name(proposal):
            record = MODELS[proposal.kind].objects.get(
                slug=NameLookup(self.intake).stored(proposal.kind, name)
            )
            decisions.merge_subject(proposal, self.user, record.pk, version=version)
            return
        if self._is_new(proposal):
            decisions.merge_subject(proposal, self.user, None, version=version)
            return
        form = ProposalForm(proposal, self.data)
        if not form.is_valid():
            raise ValidationError(
                [f"{form[name].label}: {text}" if name in form.fields else text
                 for name, texts in form.errors.items() for text in texts]
            )  # fmt: skip
        decisions.edit(proposal, self.user, form.final_value(), version=version)

    def _version(self, proposal: Proposal) -> int:
        version = self.data.get(f"version-{proposal.pk}", "")
        return int(version) if is_key(version) else 0

    def _refuse(self, proposal: Proposal, error: Refused | ValidationError) -> None:
        if isinstance(error, ValidationError):
            self.outcome.notes[proposal.pk] = " ".join(error.messages)
            return
        self.outcome.is_stale = True
        if not error.is_stale:
            self.outcome.notes[proposal.pk] = str(error)
            return
        proposal.refresh_from_db()
        self.outcome.notes[proposal.pk] = _(
            "Someone else has already decided. The decision is: %(status)s, by %(account)s. Your decision was not "
            "saved."
        ) % {"status": proposal.get_status_display(), "account": proposal.decided_by or "—"}

    def _choose_report(self, key: str) -> None:
        """Links the intake to a stored report and its passages, or removes the links if `key` is ""."""
        known = {str(same.report.pk): same.report for same in same_reports(self.intake) if same.report}
        if key and key not in known:
            raise Http404(_("There is no such report."))
        if any(map(is_written, self.intake.proposals.filter(change_set__isnull=False))):
            return
        Intake.objects.filter(pk=self.intake.pk).update(report=known.get(key))
        self.intake.passages.update(passage=None)
        passages = self.intake.passages.in_bulk()
        found = repeated_passages(self.intake, passages.values(), known[key]) if key else {}
        for number, stored in found.items():
            texts = {
                column: getattr(passages[number], column) or getattr(stored, column)
                for column in SUMMARY_COLUMNS
            }
            IntakePassage.objects.filter(pk=number).update(passage=stored, **texts)
