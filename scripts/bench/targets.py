"""The promises of the site's speed, and whether what was measured keeps them."""

from collections.abc import Callable
from dataclasses import dataclass

TITLES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@dataclass(frozen=True)
class Limit:
    """One number of a promise: where it stands among the figures, and what it must be."""

    path: tuple[str, ...]
    most: float | None = None
    least: float | None = None
    unit: str = "ms"

    def promised(self) -> str:
        sign, bound = ("≤", self.most) if self.most is not None else ("≥", self.least)
        return f"{sign} {bound:g}{self._unit()}"

    def measured(self, value: float) -> str:
        return f"{value:,.{_decimals(value)}f}{self._unit()}"

    def holds(self, value: float) -> bool:
        return value <= self.most if self.most is not None else value >= self.least

    def _unit(self) -> str:
        return self.unit if self.unit == "×" else f" {self.unit}"


def _decimals(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


@dataclass(frozen=True)
class Promise:
    """A row of the table: the work, and its limits by engine."""

    work: str
    limits: dict[str, tuple[Limit, ...]]


def _both(make: Callable[[], tuple[Limit, ...]]) -> dict[str, tuple[Limit, ...]]:
    return {engine: make() for engine in TITLES}


def _pages(most: float) -> tuple[Limit, ...]:
    return (
        Limit(("pages", "all", "median"), most=most),
        Limit(("plain_django", "ratio"), least=100, unit="×"),
    )


def _words(first: float, again: float) -> tuple[Limit, ...]:
    return (
        Limit(("words", "first_ms", "median"), most=first),
        Limit(("words", "again_ms", "median"), most=again),
    )


def _exports(ending: str) -> dict[str, tuple[Limit, ...]]:
    path = ("exports", ending)
    return _both(
        lambda: (
            Limit((*path, "first_byte_ms"), most=50),
            Limit((*path, "memory", "growth"), most=25, unit="MB"),
        )
    )


PROMISES = (
    Promise("list page, any filter, no search; against one GROUP BY per facet in Django",
            {"postgresql": _pages(25), "sqlite": _pages(20)}),
    Promise("the same against Datasette with all facets",
            {"sqlite": (Limit(("datasette", "ratio"), least=200, unit="×"),)}),
    Promise("a word of a quarter of the rows: first time / again",
            {"postgresql": _words(250, 25), "sqlite": _words(50, 20)}),
    Promise("growth of the page from a tenth of the rows",
            _both(lambda: (Limit(("growth", "ratio"), most=3.5, unit="×"),))),
    Promise("filtered CSV against psql COPY / sqlite3",
            {"postgresql": (Limit(("csv", "ratio"), least=0.8, unit="×"),),
             "sqlite": (Limit(("csv", "ratio"), least=1.5, unit="×"),)}),
    *(Promise(f"first byte of .{ending} / memory growth during it", _exports(ending))
      for ending in ("csv", "xlsx", "geojson", "atom")),
    Promise("facet index per worker: memory / start / 1,000 changes", _both(lambda: (
        Limit(("facet_index", "memory_mb"), most=25, unit="MB"),
        Limit(("facet_index", "start_s"), most=5, unit="s"),
        Limit(("facet_index", "catch_up_ms"), most=50)))),
    Promise("unchanged anonymous page against hello-world",
            _both(lambda: (Limit(("unchanged", "ratio"), least=0.85, unit="×"),))),
    Promise("import of 100,000 initiatives with validation and history, against bulk_create of the same rows",
            _both(lambda: (Limit(("import", "ratio"), least=0.4, unit="×"),))),
    Promise("preview of that import / the most memory of both", _both(lambda: (
        Limit(("import", "check", "seconds"), most=60, unit="s"),
        Limit(("import", "peak_mb"), most=400, unit="MB")))),
    Promise("click on a facet to painted results, in a browser",
            _both(lambda: (Limit(("browser", "click_ms", "median"), most=100),))),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A promise on one engine as it came out."""

    work: str
    engine: str
    promised: str
    measured: str
    reached: bool
    reason: str = ""

    @property
    def verdict(self) -> str:
        return "reached" if self.reached else "missed"


def verdicts(figures: dict[str, dict]) -> list[Row]:
    """Every row of the table, from the figures by engine. What could not be measured is missed."""
    return [
        _row(promise.work, engine, limits, figures.get(engine, {}))
        for promise in PROMISES
        for engine, limits in promise.limits.items()
    ]


def _row(work: str, engine: str, limits: tuple[Limit, ...], figures: dict) -> Row:
    said, holds, reasons = [], True, []
    for limit in limits:
        value, reason = _value(figures, limit.path)
        said.append("–" if value is None else limit.measured(value))
        holds = holds and value is not None and limit.holds(value)
        if reason and reason not in reasons:
            reasons.append(reason)
    promised = " / ".join(limit.promised() for limit in limits)
    # A quick answer that is wrong keeps no promise.
    return Row(work, TITLES[engine], promised, " / ".join(said), holds and not reasons, "; ".join(reasons))


def _value(figures: dict, path: tuple[str, ...]) -> tuple[float | None, str]:
    place = figures
    for name in path:
        if not isinstance(place, dict) or name not in place:
            failed = place.get("failed") if isinstance(place, dict) else None
            return None, failed or "not measured"
        place = place[name]
        if isinstance(place, dict) and place.get("wrong"):
            return None, f"wrong: {place['wrong'][0]}"
    return place, ""


def table(rows: list[Row]) -> str:
    """The rows in columns, each ending in its verdict, and the sum in one line."""
    cells = [(row.work, row.engine, row.promised, row.measured, row.verdict) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    lines = []
    for row, line in zip(rows, cells, strict=True):
        if row.reason:
            lines.append(f"  {row.reason}")
        columns = [text.ljust(width) for text, width in zip(line[:4], widths, strict=True)]
        lines.append("  ".join([*columns, line[4]]))
    reached = sum(row.reached for row in rows)
    return "\n".join([*lines, "", f"{reached} reached, {len(rows) - reached} missed"])
