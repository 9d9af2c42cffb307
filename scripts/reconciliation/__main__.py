"""Measures the reconciliation service on the shipped names and their variants, for `make reconciliation`.

Each spelling is sent as a query that contains only the spelling and the type of its record. Names of places that are
not in the data are also sent, and each match for them is an error. Exits with 1 if a target is missed. --write stores
the figures shown in the API documentation.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts import shipped_site

from .spellings import SEED, WRITTEN_CASE, Spelling, all_spellings, foreign_names

FIGURES = Path("data/reconciliation/accuracy.json")
BATCH, TIMED = 100, 1_000
# Minimum shares of spellings with the correct record in first place (all spellings, then hand-written spellings), of
# matched spellings, and of correct matches. Maximum share of matched foreign places.
MIN_FIRST, MIN_WRITTEN_FIRST, MIN_MATCHED, MIN_RIGHT, MAX_FOREIGN = 0.99, 0.97, 0.85, 0.995, 0.005
MAX_SECONDS = 1.0


@dataclass
class Outcome:
    """Counts of queried, first-ranked and matched spellings, with lists of wrong and missed spellings."""

    asked: int = 0
    first: int = 0
    matched: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.asked += other.asked
        self.first += other.first
        self.matched += other.matched
        self.wrong += other.wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--errors", action="store_true", help="list spellings that were not found or wrongly matched"
    )
    parser.add_argument("--write", action="store_true", help=f"store the figures in {FIGURES}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shipped_site.set_up(folder)
        figures, is_met = measure(errors=options.errors)
    if options.write:
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if is_met else 1


def measure(*, errors: bool) -> tuple[dict, bool]:
    """Returns the figures, and True if all targets are met."""
    from sco_cities.facet_index.refresh import facet_index
    from sco_cities.reconciliation.queries import COLLECTIONS

    with facet_index(*COLLECTIONS) as state:
        started = time.process_time()
        list(_ask([("", "no name at all")], state))
        print(f"first query: {time.process_time() - started:.1f} s\n")
        spellings = list(all_spellings())
        outcomes = outcomes_of(spellings, state)
        written, total = outcomes[WRITTEN_CASE], _print_outcomes(outcomes, errors=errors)
        foreign = foreign_names()
        known, unknown = (
            _print_foreign(foreign, state, has_gazetteer=has_gazetteer, errors=errors)
            for has_gazetteer in (True, False)
        )
        in_country = _print_foreign(foreign, state, has_gazetteer=False, errors=errors, has_country=True)
        seconds = _print_speed(spellings, state)
    said = total.matched + len(total.wrong)
    figures = {
        "spellings": total.asked,
        "first": total.first / total.asked,
        "matched": total.matched / total.first,
        "right": total.matched / said,
        "written": written.asked,
        "written_first": written.first / written.asked,
        "foreign_names": len(foreign),
        "foreign_matched": known / len(foreign),
        "foreign_matched_without_gazetteer": unknown / len(foreign),
        "foreign_matched_with_country": in_country / len(foreign),
    }
    is_met = (
        figures["first"] >= MIN_FIRST
        and figures["written_first"] >= MIN_WRITTEN_FIRST
        and figures["matched"] >= MIN_MATCHED
        and figures["right"] >= MIN_RIGHT
        and max(known, unknown, in_country) / len(foreign) <= MAX_FOREIGN
        and seconds <= MAX_SECONDS
    )
    return figures, is_met


def _ask(questions: Sequence[tuple[str, ...]], state) -> Iterator[list]:
    """Yields the candidates for each question. A question is a type, a name and, optionally, a country code."""
    from sco_cities.reconciliation.candidates import CandidateFinder
    from sco_cities.reconciliation.queries import parse_query

    for start in range(0, len(questions), BATCH):
        batch = {
            str(number): parse_query(
                {
                    "query": text,
                    "type": collection,
                    "properties": [{"pid": "country", "v": code} for code in country],
                }
            )
            for number, (collection, text, *country) in enumerate(questions[start : start + BATCH])
        }
        yield from CandidateFinder(state).candidates(batch).values()


def outcomes_of(spellings: Sequence[Spelling], state) -> dict[str, Outcome]:
    """Returns the results for the spellings of each case."""
    from sco_cities.reconciliation.queries import KINDS

    records = {
        collection: {record.pk: record.reference for record in kind.model.objects.all()}
        for collection, kind in KINDS.items()
    }
    outcomes: dict[str, Outcome] = {}
    answers = _ask([(each.collection, each.text, *each.country) for each in spellings], state)
    # If two records have the same name, both records are correct.
    meanings: dict[tuple[str, str], set[str]] = {}
    for each in spellings:
        meanings.setdefault((each.collection, each.text), set()).add(each.record)
    for each, candidates in zip(spellings, answers, strict=True):
        outcome = outcomes.setdefault(each.case, Outcome())
        outcome.asked += 1
        first = candidates[0] if candidates else None
        found = records[first.collection][first.key] if first else ""
        is_right = found in meanings[each.collection, each.text]
        outcome.first += is_right
        if not is_right:
            outcome.missed.append(f"{each.text}: {each.record}, found {found}")
        if first and first.is_match and is_right:
            outcome.matched += 1
        elif first and first.is_match:
            outcome.wrong.append(f"{each.text}: {each.record}, matched {found}")
    return outcomes


def _print_outcomes(outcomes: dict[str, Outcome], *, errors: bool) -> Outcome:
    print(f"{'spellings':44}{'number':>8}{'rank one':>10}{'matched':>10}{'wrongly':>9}")
    total = Outcome()
    for case, outcome in outcomes.items():
        _print_row(case, outcome)
        total.add(outcome)
        for line in outcome.missed if errors else ():
            print(f"    missed {line}")
        for line in outcome.wrong if errors else ():
            print(f"    WRONG {line}")
    _print_row("all", total)
    said = total.matched + len(total.wrong)
    print(f"\n“match” is right {total.matched / said:.2%} of the time")
    return total


def _print_row(case: str, outcome: Outcome) -> None:
    first, matched = outcome.first / outcome.asked, outcome.matched / max(1, outcome.first)
    print(f"{case:44}{outcome.asked:>8,}{first:>10.1%}{matched:>10.1%}{len(outcome.wrong):>9}")


def _print_foreign(
    names: dict[str, str], state, *, has_gazetteer: bool, errors: bool, has_country: bool = False
) -> int:
    """Prints the results for places that are not in the data, with or without the data of the gazetteer."""
    from sco_cities.cities.models import City
    from sco_cities.reconciliation import candidates as finder

    cities = dict(City.objects.values_list("pk", "slug"))
    known = finder.is_other_place, finder.is_place_of_other_kind
    if not has_gazetteer:
        finder.is_other_place = lambda _name, _collection, _state: False
        finder.is_place_of_other_kind = lambda _name, _collection: False
    try:
        questions = [("cities", name, *([country] if has_country else [])) for name, country in names.items()]
        answers = zip(names, _ask(questions, state), strict=True)
        wrong = [(name, found[0]) for name, found in answers if found and found[0].is_match]
    finally:
        finder.is_other_place, finder.is_place_of_other_kind = known
    title = "with their gazetteer" if has_gazetteer else "without it"
    title += ", with their country" if has_country else ""
    share = len(wrong) / len(names)
    print(f"names of places that the data lacks, {title}: {len(names):,}, matched {len(wrong)} ({share:.2%})")
    for name, candidate in wrong if errors else ():
        print(f"    {name}: {cities[candidate.key]}, {candidate.score}")
    return len(wrong)


def _print_speed(spellings: list[Spelling], state) -> float:
    """Prints the CPU time for a thousand names of a known type."""
    chosen = random.Random(SEED).sample(spellings, TIMED)  # noqa: S311 - the same names each time
    started = time.process_time()
    list(_ask([(each.collection, each.text) for each in chosen], state))
    seconds = time.process_time() - started
    print(f"{TIMED:,} names of a known type: {seconds:.2f} s")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
