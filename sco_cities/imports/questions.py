"""The words of a file that the check could not read: each is asked about once, with a suggestion."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.datapackage.natural_keys import RECORD_MODELS

from .column_types import ImportableModel
from .import_options import NEW
from .row_evidence import ADDRESSES
from .row_identity import ROWS
from .value_names import plain
from .value_resolver import OpenValue, ValueResolver

# The most frequent words are asked about first; the next check asks about the others.
MAX_QUESTIONS = 50
# Values that a question lists; of more records, only those that are likely.
MAX_CHOICES = 200
LEAVE_OUT = "-"


@dataclass(frozen=True)
class Question:
    """A word, in how many rows it is, what it probably means, and what the last file with these headings answered."""

    domain: str
    value: str
    rows: int
    candidates: list[str] = field(default_factory=list)
    suggestion: str = ""
    remembered: str = ""

    @property
    def label(self) -> str:
        """What is asked about."""
        return self.value or _("Addresses without a report")

    @property
    def key(self) -> str:
        """The word as answers have it."""
        return plain(self.value)


def questions_of(resolver: ValueResolver, remembered: Mapping[str, Mapping[str, str]]) -> list[dict]:
    """The questions of a check, as JSON; `remembered` are the answers for the last file with these headings."""
    most_frequent = sorted(resolver.open_values.values(), key=lambda value: (-value.rows, value.value))
    return [asdict(_question(value, resolver, remembered)) for value in most_frequent[:MAX_QUESTIONS]]


def _question(value: OpenValue, resolver: ValueResolver, remembered: Mapping) -> Question:
    if value.domain == ROWS:
        suggestion = value.candidates[0] if len(value.candidates) == 1 else ""
    else:
        suggestion = (
            NEW
            if value.domain == ADDRESSES
            else resolver.names(value.domain).suggestion(value.value, value.places)
        )
    before = remembered.get(value.domain, {}).get(plain(value.value))
    return Question(
        value.domain, value.value, value.rows, value.candidates, suggestion,
        LEAVE_OUT if before == "" else before or "",
    )  # fmt: skip


class QuestionChoices:
    """What can be answered to questions about a kind of record; each domain is read once."""

    def __init__(self, kind: ImportableModel):
        self._kind, self._resolver = kind, ValueResolver(kind, {})

    def choices(self, question: Question) -> list[tuple[str, str]]:
        """The answers with their labels, the likely ones first."""
        likely = {
            value: label
            for value in (question.remembered, question.suggestion, *question.candidates)
            if (label := self.label(question, value))
        }
        names, others = self._names(question), self._others(question)
        if len(names) + len(others) > MAX_CHOICES:
            return [*likely.items()]
        return [*(likely | names | others).items()]

    def label(self, question: Question, value: str) -> str:
        """The label of an answer, "" if it is none."""
        return self._others(question).get(value) or self._names(question).get(value, "")

    def _names(self, question: Question) -> Mapping[str, str]:
        """The labels of the values: of a whole collection, which is not copied."""
        if question.domain in (ADDRESSES, ROWS):
            return {}
        return self._resolver.names(question.domain).labels

    def _others(self, question: Question) -> dict[str, str]:
        """The labels of the other answers."""
        if question.domain == ROWS:
            return {value: value for value in question.candidates} | {NEW: _("A new record")}
        added = {NEW: _("Add a draft report for each")} if question.domain == ADDRESSES else {}
        return added | {LEAVE_OUT: _("Leave this value out")}

    def domain_label(self, domain: str) -> str:
        """What a word is in the file: the name of a column, or of a kind of record."""
        if domain == ROWS:
            return capfirst(self._kind.model._meta.verbose_name)
        if domain == ADDRESSES:
            return _("Address of the report (evidence)")
        kind, dot, field_name = domain.partition(".")
        meta = (self._kind.model if dot else RECORD_MODELS[kind])._meta
        return capfirst(meta.get_field(field_name).verbose_name if dot else meta.verbose_name)


def answers_with(
    before: Mapping[str, Mapping[str, str]], answered: Iterable[tuple[Question, str]]
) -> dict[str, dict[str, str]]:
    """The answers of an import with new ones added."""
    answers = {domain: dict(values) for domain, values in before.items()}
    for question, value in answered:
        answers.setdefault(question.domain, {})[question.key] = "" if value == LEAVE_OUT else value
    return answers
