"""Known names in a text: longest match, in any script, capitals and Russian case."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sco_cities.names.letters import HAN, folded
from sco_cities.names.russian import adjective_forms, case_forms

from .marks import LIKELY, SURE, Mark
from .report_text import ReportText

_WORD = re.compile(rf"[^\W_{HAN}]+")
_GAP = re.compile(r"[ .'’«»\"“”-]{1,3}\Z")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True)
class KnownName:
    """A record or a place of the gazetteer with its names.

    `kind` is "city", "country", "organisation", "delegate" or "event"; `key` is the slug of a record and otherwise
    empty; `adjectives` are Russian ones such as "китайский", `details` such as the code of the country. `rank` says how
    likely the name means this one: 0 a record, 1 a place of the region, 2 one of the world.
    """

    kind: str
    key: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...] = ()
    rank: int = 0
    weight: int = 0
    details: dict[str, str] = field(default_factory=dict, hash=False)

    def mark(self) -> Mark:
        """A mark of it that has no place yet."""
        sure = SURE if self.rank == 0 else LIKELY
        return Mark(
            self.kind, self.names[0], [], sure, self.names, self.key, "known name", dict(self.details)
        )


class Hit(NamedTuple):
    """A place in the text with the known names that it may mean, the likeliest first."""

    start: int
    end: int
    known: tuple[KnownName, ...]
    adjective: bool

    def of_kind(self, kind: str) -> KnownName | None:
        return next((each for each in self.known if each.kind == kind), None)


class Dictionary:
    """All known names. Finding takes time linear in the text, whatever the number of names."""

    def __init__(self, known_names: Iterable[KnownName]):
        self.known_names = tuple(known_names)
        self._records = {(known.kind, known.key): known for known in self.known_names}
        self._root: dict = {}
        self._han: dict[str, list[KnownName]] = {}
        self._han_lengths: dict[str, set[int]] = defaultdict(set)
        for known in self.known_names:
            for name in known.names:
                self._add(name, known)
            for adjective in known.adjectives:
                self._add_path([adjective_forms(adjective)], (known, None))
        self._han_by_length = {
            head: sorted(lengths, reverse=True) for head, lengths in self._han_lengths.items()
        }

    def record(self, kind: str, key: str) -> KnownName | None:
        """The known name of a record, or nothing."""
        return self._records.get((kind, key)) if key else None

    def find(self, report: ReportText) -> list[Hit]:
        """The longest known names in the text, in order."""
        return sorted([*self._in_tokens(report), *self._in_han(report.flat)])

    def _add(self, name: str, known: KnownName) -> None:
        if re.search(f"[{HAN}]", name):
            self._han.setdefault(name, []).append(known)
            self._han_lengths[name[:2]].add(len(name))
            return
        words = _WORD.findall(_plain(name))
        if not words:
            return
        exact = name if name.isupper() and len(name) <= 5 else ""
        # Only the first words of a Russian name of a body or event decline: "мэрии Бишкека".
        forms = [
            case_forms(word) if _CYRILLIC.search(word) and not exact else frozenset({word}) for word in words
        ]
        self._add_path(forms, (known, exact))

    def _add_path(self, forms: list[frozenset[str]], entry: tuple[KnownName, str | None]) -> None:
        node, (first, *others) = self._root, forms
        ends = []
        for form in first:
            ends.append(node.setdefault(form, {}))
        for choices in others:
            child: dict = {}
            # One node for all forms of a word, unless another name has made one.
            ends = [end.setdefault(form, child) for end in _distinct(ends) for form in choices]
        for end in _distinct(ends):
            end.setdefault(None, []).append(entry)

    def _in_tokens(self, report: ReportText) -> Iterable[Hit]:
        index, tokens = 0, report.tokens
        while index < len(tokens):
            length, found = self._longest(report, index)
            if length:
                ordered = sorted(
                    {id(known): known for known, _ in found}.values(), key=lambda k: (k.rank, -k.weight)
                )
                adjective = all(exact is None for _, exact in found)
                yield Hit(tokens[index].start, tokens[index + length - 1].end, tuple(ordered), adjective)
            index += length or 1

    def _longest(self, report: ReportText, index: int) -> tuple[int, list]:
        node, length, best = self._root, 0, (0, [])
        while index + length < len(report.tokens):
            token = report.tokens[index + length]
            if length and not _GAP.match(report.gap(index + length)):
                break
            node = node.get(_plain(token.key) if not token.key.isascii() else token.key)
            if node is None:
                break
            length += 1
            entries = [entry for entry in node.get(None, ()) if _fits(report, index, length, entry)]
            if entries:
                best = length, entries
        return best

    def _in_han(self, text: str) -> Iterable[Hit]:
        position = 0
        while position < len(text) - 1:
            for length in self._han_by_length.get(text[position : position + 2], ()):
                # A slice at the end of the text is shorter than the name.
                if position + length <= len(text) and (
                    known := self._han.get(text[position : position + length])
                ):
                    ordered = sorted(known, key=lambda each: (each.rank, -each.weight))
                    yield Hit(position, position + length, tuple(ordered), False)
                    position += length
                    break
            else:
                position += 1


def _fits(report: ReportText, index: int, length: int, entry: tuple[KnownName, str | None]) -> bool:
    """Whether the letters may be the name: with a capital, but for adjectives and bodies such as "мэрия Бишкека"."""
    known, exact = entry
    first = report.tokens[index]
    if exact is None:
        return True
    if exact:
        return first.text == exact
    return first.capitalised or first.text[0].isdigit() or (known.kind == "organisation" and length > 1)


def _plain(name: str) -> str:
    """Lower case without the signs of Latin letters; й stays."""
    name = folded(name)
    if name.isascii() or _CYRILLIC.search(name):
        return name
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).replace("ı", "i")


def _distinct(nodes: list[dict]) -> list[dict]:
    return list({id(node): node for node in nodes}.values())
