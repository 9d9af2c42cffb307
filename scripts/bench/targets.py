"""Performance targets of the site, and whether the measured figures meet them."""

from collections.abc import Callable
from dataclasses import dataclass

TITLES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@dataclass(frozen=True)
class Limit:
    """One number of a target: its path in the figures, and its limit."""

    path: tuple[str, ...]
    most: float | None = None
    least: float | None = None
    unit: str = "ms"

    def target_text(self) -> str:
        sign, bound = ("≤", self.most) if self.most is not None else ("≥", self.least)
        return f"{sign} {bound:g}{self._unit()}"

    def measured_text(self, value: float) -> str:
        return f"{value:,.{_decimals(value)}f}{self._unit()}"

    def is_met(self, value: float) -> bool:
        return value <= self.most if self.most is not None else value >= self.least

    def _unit(self) -> str:
        return self.unit if self.unit == "×" else f" {self.unit}"


def _decimals(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


@dataclass(frozen=True)
class Target:
    """A row of the table: a task, and its limits by engine."""

    task: str
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


def _exports(extension: str) -> dict[str, tuple[Limit, ...]]:
    path = ("exports", extension)
    return _both(
        lambda: (
            Limit((*path, "first_byte_ms"), most=35),
            Limit((*path, "memory", "growth"), most=25, unit="MB"),
        )
    )


TARGETS = (
    Target("list page, any filter, no search; against one GROUP BY per facet in Django",
            {"postgresql": _pages(15), "sqlite": _pages(10)}),
    Target("the same against Datasette with all facets",
            {"sqlite": (Limit(("datasette", "ratio"), least=200, unit="×"),)}),
    Target("processor time of a list page: of the shipped package / of all rows", _both(lambda: (
        Limit(("shipped_pages", "processor_ms"), most=4),
        Limit(("pages", "processor_ms"), most=4)))),
    Target("processor time of the home page with 100,000 initiatives",
            _both(lambda: (Limit(("home", "processor_ms"), most=50),))),
    Target("a word of a quarter of the rows: first time / again",
            {"postgresql": _words(100, 15), "sqlite": _words(35, 15)}),
    Target("growth of the page from a tenth of the rows",
            _both(lambda: (Limit(("growth", "ratio"), most=3.5, unit="×"),))),
    Target("filtered CSV against psql COPY / sqlite3",
            {"postgresql": (Limit(("csv", "ratio"), least=0.8, unit="×"),),
             "sqlite": (Limit(("csv", "ratio"), least=1.5, unit="×"),)}),
    *(Target(f"first byte of .{extension} / memory growth during it", _exports(extension))
      for extension in ("csv", "xlsx", "geojson", "jsonl")),
    Target("list of the API against the page for people: plain / with six facets / with footnotes", _both(lambda: (
        Limit(("api", "list_ratio"), most=0.7, unit="×"),
        Limit(("api", "facets_ratio"), most=0.8, unit="×"),
        Limit(("api", "footnotes_ratio"), most=1, unit="×")))),
    Target("crawl of the API in pages of 1,000: records in a second / memory growth", _both(lambda: (
        Limit(("api", "crawl", "records_per_s"), least=10_000, unit="records"),
        Limit(("api", "crawl", "memory", "growth"), most=25, unit="MB")))),
    Target("facet index per worker: memory / start / 1,000 changes", _both(lambda: (
        Limit(("facet_index", "memory_mb"), most=25, unit="MB"),
        Limit(("facet_index", "start_s"), most=5, unit="s"),
        Limit(("facet_index", "catch_up_ms"), most=50)))),
    Target("unchanged anonymous page against hello-world",
            _both(lambda: (Limit(("unchanged", "ratio"), least=0.85, unit="×"),))),
    Target("import of 100,000 initiatives with validation and history, against bulk_create of the same rows",
            _both(lambda: (Limit(("import", "ratio"), least=0.4, unit="×"),))),
    Target("preview of that import / the most memory of both", _both(lambda: (
        Limit(("import", "check", "seconds"), most=60, unit="s"),
        Limit(("import", "peak_mb"), most=400, unit="MB")))),
    Target("release of the shipped data / memory that one of all rows needs more", _both(lambda: (
        Limit(("releases", "shipped", "seconds"), most=5, unit="s"),
        Limit(("releases", "all", "growth_mb"), most=100, unit="MB")))),
    Target("click on a facet to painted results, in a browser",
            _both(lambda: (Limit(("browser", "click_ms", "median"), most=100),))),
    Target("processor time of a page about two places, of 100,000 initiatives",
            _both(lambda: (Limit(("dossiers", "processor_ms"), most=40),))),
    Target("list of 100,000 initiatives in the admin: any filter, word, order or page",
            _both(lambda: (Limit(("admin", "lists", "median"), most=150),))),
    Target("save of one of them, with its rows, evidence and history",
            _both(lambda: (Limit(("admin", "saves", "median"), most=250),))),
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """The result of a target on one engine."""

    task: str
    engine: str
    target: str
    measured: str
    is_met: bool
    reason: str = ""

    @property
    def verdict(self) -> str:
        return "met" if self.is_met else "missed"


def results(figures: dict[str, dict]) -> list[Result]:
    """All rows of the table, from the figures by engine. A target without figures is missed."""
    return [
        _result(target.task, engine, limits, figures.get(engine, {}))
        for target in TARGETS
        for engine, limits in target.limits.items()
    ]


def _result(task: str, engine: str, limits: tuple[Limit, ...], figures: dict) -> Result:
    measured, is_met, reasons = [], True, []
    for limit in limits:
        value, reason = _value(figures, limit.path)
        measured.append("–" if value is None else limit.measured_text(value))
        is_met = is_met and value is not None and limit.is_met(value)
        if reason and reason not in reasons:
            reasons.append(reason)
    target = " / ".join(limit.target_text() for limit in limits)
    # A fast but wrong page meets no target.
    return Result(
        task, TITLES[engine], target, " / ".join(measured), is_met and not reasons, "; ".join(reasons)
    )


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


def format_table(rows: list[Result]) -> str:
    """The results in columns, each with its verdict, and a line with the totals."""
    cells = [(row.task, row.engine, row.target, row.measured, row.verdict) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    lines = []
    for row, line in zip(rows, cells, strict=True):
        if row.reason:
            lines.append(f"  {row.reason}")
        columns = [text.ljust(width) for text, width in zip(line[:4], widths, strict=True)]
        lines.append("  ".join([*columns, line[4]]))
    met = sum(row.is_met for row in rows)
    return "\n".join([*lines, "", f"{met} met, {len(rows) - met} missed"])
