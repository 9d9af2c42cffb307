"""Questions about the unknown words in a file, one per word, each with a suggestion."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.datapackage.natural_keys import COUNTRIES, RECORD_MODELS
from sco_cities.names import gazetteer

from .column_types import ImportableModel
from .models import ADDRESSES, BY_ROW, HERE, NEW, ROWS
from .value_resolver import OpenValue, ValueResolver, answer_key

# Maximum number of questions, most frequent words first. The next check lists further words.
MAX_QUESTIONS = 100
LEAVE_OUT = "-"


@dataclass(frozen=True)
class Question:
    """An unknown word with its number of rows, probable meaning, and answer for the last file with these headings.

    If the question is only about some rows with the word, `scope` identifies the rows (see
    `value_resolver.answer_key`). `drafts` maps answers to the labels of the countries and gazetteer places to add.
    """

    domain: str
    value: str
    rows: int
    candidates: list[str] = field(default_factory=list)
    suggestion: str = ""
    remembered: str = ""
    scope: str = ""
    drafts: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The label of the question's subject."""
        return self.value or _("Addresses of unknown reports")

    @property
    def key(self) -> str:
        """The key of the word in the answers."""
        return answer_key(self.value, self.scope)

    @property
    def draft(self) -> str:
        """The answer that adds a new record, if only one is possible, otherwise ""."""
        if self.domain == "organisations":
            return HERE
        return next(iter(self.drafts)) if len(self.drafts) == 1 else ""


def questions_of(resolver: ValueResolver, remembered: Mapping[str, Mapping[str, str]]) -> list[dict]:
    """Returns a check's questions as JSON. `remembered` contains stored answers for files with the same headings."""
    most_frequent = sorted(resolver.open_values.values(), key=lambda value: (-value.rows, value.value))
    return [asdict(_question(value, resolver, remembered)) for value in most_frequent[:MAX_QUESTIONS]]


def _question(value: OpenValue, resolver: ValueResolver, remembered: Mapping) -> Question:
    if value.domain == ROWS:
        suggestion = value.candidates[0] if len(value.candidates) == 1 else ""
    elif value.domain == ADDRESSES:
        suggestion = NEW
    else:
        suggestion = resolver.names(value.domain).suggestion(value.value, value.places)
    before = remembered.get(value.domain, {}).get(answer_key(value.value, value.scope))
    return Question(
        value.domain, value.value, value.rows, value.candidates, suggestion,
        LEAVE_OUT if before == "" else before or "", value.scope,
        _new_places(value, resolver),
    )  # fmt: skip


def _new_places(value: OpenValue, resolver: ValueResolver) -> dict[str, str]:
    """Maps answers to countries or gazetteer places with this name, in the country of the rows if it is known."""
    if value.domain not in (COUNTRIES, "cities"):
        return {}
    countries = resolver.names(COUNTRIES).labels
    if value.domain == COUNTRIES:
        new = gazetteer.countries_named(value.value) - countries.keys()
        return {f"{NEW}{code}": gazetteer.country_values(code)["name_en"] for code in sorted(new)}
    added = resolver.new_records.values.items()
    countries = countries | {code: cells["name_en"] for (kind, code), cells in added if kind == COUNTRIES}
    here = value.places.get("country", set()) if "country" in value.places else countries.keys()
    numbers = resolver.names("cities").numbers
    # Coordinates, precise to about ten kilometres, distinguish places with the same name.
    return {
        f"{NEW}{number}": f"{place['name_en']}, {countries[place['country'].upper()]}, "
        f"{float(place['latitude']):.1f}°, {float(place['longitude']):.1f}°"
        for number, place in gazetteer.places_named(value.value, here & countries.keys(), numbers).items()
    }


class QuestionChoices:
    """The possible answers to questions about a kind of record. Each domain is loaded once."""

    def __init__(self, kind: ImportableModel):
        self._kind, self._resolver = kind, ValueResolver(kind, {})

    def choices(self, question: Question) -> list[tuple[str, str]]:
        """Returns answers with labels, most likely first. Omits known records, because their names can be typed."""
        likely = {
            value: label
            for value in (question.remembered, question.suggestion, *question.candidates)
            if (label := self.label(question, value))
        }
        names = {} if self.known(question.domain) else self._names(question)
        return [*(likely | names | self._others(question)).items()]

    def label(self, question: Question, value: str) -> str:
        """Returns the label of an answer, or "" if it is invalid."""
        return self._others(question).get(value) or self._names(question).get(value, "")

    def known(self, domain: str) -> Mapping[str, str]:
        """Returns labels by cell of the records that can be an answer. Empty if the values are not records."""
        return self._resolver.names(domain).labels if domain in RECORD_MODELS else {}

    def record_named(self, domain: str, text: str) -> str:
        """Returns the cell of the only record with this label or name, or "" if zero or several records match."""
        found = [cell for cell, label in self.known(domain).items() if label == text.strip()]
        found = found or self._resolver.names(domain).find(text)
        return found[0] if len(found) == 1 else ""

    def _names(self, question: Question) -> Mapping[str, str]:
        """Returns the labels of the values, without a copy, because a collection can be large."""
        if question.domain in (ADDRESSES, ROWS):
            return {}
        return self._resolver.names(question.domain).labels

    def _others(self, question: Question) -> dict[str, str]:
        """Returns the labels of the answers that are not existing values."""
        if question.domain == ROWS:
            return {value: value for value in question.candidates} | {NEW: _("A new record")}
        added = {NEW: _("Add a draft report for each address")} if question.domain == ADDRESSES else {}
        added |= {
            answer: _("New, from the gazetteer: %(place)s") % {"place": place}
            for answer, place in question.drafts.items()
        }
        if question.domain == "organisations":
            added |= {
                HERE: _("A new record, in the city or country of its row"),
                NEW: _("A new record for all rows"),
            }
        if question.rows > 1 and question.domain != ADDRESSES:
            added[BY_ROW] = _("Ask for each row")
        return added | {LEAVE_OUT: _("Do not import this value")}

    def domain_label(self, domain: str) -> str:
        """Returns the label of the field or kind of record for a word in the file."""
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
    """Adds new answers to the answers of an import."""
    answers = {domain: dict(values) for domain, values in before.items()}
    for question, value in answered:
        answers.setdefault(question.domain, {})[question.key] = "" if value == LEAVE_OUT else value
    return answers
