"""Compares the values read from reports with the labels of these reports in tests/intake/texts (`make intake`).

Every third report is held out. --errors omits held-out reports, so that rules are not fitted to them.
"""

import argparse
import datetime
import json
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from scripts import shipped_site

TEXTS = Path("tests/intake/texts")
# Targets by field, each with the F1 over all languages, the precision, and the F1 by language.
TARGETS = {
    "persons": (0.87, 0.92, {"en": 0.93, "ru": 0.88, "zh": 0.72}),
    "cities": (0.95, 0.97, {"en": 0.94, "ru": 0.94, "zh": 0.94}),
    "countries": (0.95, 0.96, {"en": 0.93, "ru": 0.93, "zh": 0.93}),
    "organisations": (0.65, 0.75, {"en": 0.70, "ru": 0.45, "zh": 0.70}),
    "figures": (0.90, 0.90, {"en": 0.90, "ru": 0.85, "zh": 0.93}),
    "themes": (0.84, 0.85, {"en": 0.78, "ru": 0.78, "zh": 0.78}),
    "initiatives": (0.55, 0.65, {"en": 0.50, "ru": 0.50, "zh": 0.50}),
}
DETAIL_TARGETS = {
    "role": 0.80,
    "qualifier": 0.97,
    "unit": 0.92,
    "status": 0.92,
    "main date": 0.87,
    "main event": 0.50,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list the errors, except of held-out reports")
    parser.add_argument("--only", default="", help="only reports whose name begins with this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shipped_site.set_up(folder)
        from sco_cities.intake.known_names import known_names

        memory, started = _memory(), time.process_time()
        dictionary = known_names()
        print(
            f"dictionary: {len(dictionary.known_names):,} names, {time.process_time() - started:.1f} s, "
            f"{_memory() - memory:.0f} MB\n"
        )
        reports = [path for path in sorted(TEXTS.glob("*.txt")) if path.name.startswith(options.only)]
        for title, chosen in (
            ("seen", [path for path in reports if not is_held_out(path)]),
            ("held out", [path for path in reports if is_held_out(path)]),
        ):
            if chosen:
                print(f"{title}: {len(chosen)} reports")
                _measure(chosen, dictionary, errors=options.errors and title == "seen")
        _speed(dictionary)
    return 0


def is_held_out(path: Path) -> bool:
    return int(path.stem.split("-")[1]) % 3 == 0


def _measure(reports: list[Path], dictionary, *, errors: bool) -> None:
    from sco_cities.intake.management.commands.intake_read import read_document
    from sco_cities.intake.reading.reader import read
    from tests.intake.agreement import FIELDS, details, outcome

    counts = defaultdict(Counter)
    extra = Counter()
    for path in reports:
        text, labels = path.read_text("utf-8"), json.loads(path.with_suffix(".json").read_text("utf-8"))
        reading = read(text, dictionary, datetime.date.fromisoformat(labels["published"]))
        found = read_document(path.stem, reading)
        for field in FIELDS:
            result = outcome(field, labels[field], found[field], text)
            for language in (labels["language"], "all"):
                counts[field, language].update(
                    right=len(result.right), wrong=len(result.wrong), missing=len(result.missing)
                )
            extra.update(details(field, result))
            if errors and (result.wrong or result.missing):
                print(
                    f"  {path.stem} {field}: wrong {[_short(each, text) for each in result.wrong]}, "
                    f"missing {[_short(each, text) for each in result.missing]}"
                )
            if errors:
                for pair in result.right:
                    for name, is_right in details(field, outcome(field, [pair[0]], [pair[1]], text)):
                        if is_right is False:
                            print(f"    {path.stem} {name}: {pair[1][name]!r}, not {pair[0][name]!r}")
        extra["main date", labels["date"] in [each["date"] for each in found["dates"]]] += 1
        events = outcome("events", labels["events"], found["events"], text)
        extra["main event", True] += len(events.right)
        extra["main event", False] += len(events.missing)
    _print_table(counts, extra)


def _print_table(counts, extra: Counter) -> None:
    print(
        f"  {'field':15}"
        + "".join(f"{language:>22}" for language in ("all", "en", "ru", "zh"))
        + "   (F1, precision, recall; * below the target)"
    )
    for field, (f1, precision, by_language) in TARGETS.items():
        cells = []
        for language in ("all", "en", "ru", "zh"):
            count = counts[field, language]
            p, r, f = scores(count)
            low = f < (f1 if language == "all" else by_language[language]) or (
                language == "all" and p < precision
            )
            cells.append(f"{f:.2f} {p:.2f} {r:.2f}{'*' if low else ' '}")
        print(f"  {field:15}" + "".join(f"{cell:>22}" for cell in cells))
    for name, target in DETAIL_TARGETS.items():
        right, all_of_it = extra[name, True], extra[name, True] + extra[name, False]
        share = right / all_of_it if all_of_it else 0
        print(f"  {name:15}{share:>12.2f} of {all_of_it}{' *' if share < target else ''}")
    print(f"  {'too firm':15}{extra['too firm', True]:>12}\n")


def scores(count: Counter) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    found, labelled = count["right"] + count["wrong"], count["right"] + count["missing"]
    precision, recall = (
        count["right"] / found if found else 0.0,
        count["right"] / labelled if labelled else 0.0,
    )
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _short(entry: dict, text: str) -> str:
    value = (
        entry.get("name")
        or entry.get("slug")
        or entry.get("title")
        or f"{entry['value']} {entry.get('unit', '')}"
    )
    if "status" in entry:
        value += f" [{entry['status']}]"
    if "spans" in entry:
        start, end = entry["spans"][0]
        value += f" «{' '.join(text[start:end].split())[:70]}»"
    return value


def _speed(dictionary) -> None:
    """Prints the CPU time for reading about 4 kB and 200 kB of text in each language."""
    from sco_cities.intake.reading.reader import read

    for language in ("en", "ru", "zh"):
        text = "\n".join(path.read_text("utf-8") for path in sorted(TEXTS.glob(f"{language}-*.txt")))
        short = text.encode()[:4000].decode(errors="ignore")
        long = (text * (200_000 // len(text.encode()) + 1)).encode()[:200_000].decode(errors="ignore")
        read(short, dictionary)
        times = []
        for each in (short, long):
            started = time.process_time()
            read(each, dictionary)
            times.append(time.process_time() - started)
        print(
            f"{language}: 4 kB in {times[0] * 1000:.0f} ms (50), 200 kB in {times[1]:.2f} s (3), "
            f"{times[1] / times[0] / 50:.2f} times linear"
        )
    print(f"memory: {_memory():.0f} MB at most")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
