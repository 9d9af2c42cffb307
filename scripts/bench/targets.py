"""Performance targets of the site, and their comparison with the measured figures."""

from dataclasses import dataclass

TITLES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@dataclass(frozen=True)
class Limit:
    """A limit for one figure of a target, with the path to the figure."""

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
    """A row of the table, with a task and its limits by engine."""

    task: str
    limits: dict[str, tuple[Limit, ...]]


def _both(*limits: Limit) -> dict[str, tuple[Limit, ...]]:
    return dict.fromkeys(TITLES, limits)


def _ratios(group: str, names: dict[str, float]) -> tuple[Limit, ...]:
    """Limits for the ratio of each figure in a group."""
    return tuple(Limit((group, name, "ratio"), most=most, unit="×") for name, most in names.items())


def _exports(extension: str) -> dict[str, tuple[Limit, ...]]:
    path = ("exports", extension)
    return _both(
        Limit((*path, "first_byte_ratio"), most=2, unit="×"),
        Limit((*path, "memory", "growth"), most=25, unit="MB"),
    )


# Targets are ratios to measurements of the same run, because machines differ. The figures contain the absolute numbers.
TARGETS = (
    Target("list page, any filter, no search, against one GROUP BY per facet in Django",
            {"postgresql": (Limit(("plain_django", "ratio"), least=200, unit="×"),),
             "sqlite": (Limit(("plain_django", "ratio"), least=250, unit="×"),)}),
    Target("the same against Datasette with all facets",
            {"sqlite": (Limit(("datasette", "ratio"), least=400, unit="×"),)}),
    Target("its growth from a tenth of the rows",
            {"postgresql": (Limit(("growth", "ratio"), most=3, unit="×"),),
             "sqlite": (Limit(("growth", "ratio"), most=2.5, unit="×"),)}),
    Target("CPU time of a list page against an empty page: of the shipped data / of all rows", _both(
        Limit(("shipped_pages", "bare_ratio"), most=12, unit="×"),
        Limit(("pages", "bare_ratio"), most=30, unit="×"))),
    Target("CPU time against a list page: initiative / city / report / search / home / two places",
            _both(*_ratios("page_kinds", {
                "initiative": 2, "city": 4, "report": 4, "search": 2, "home": 2, "two places": 4}))),
    Target("list of the API against the page for people: plain / with six facets / with footnotes", _both(
        Limit(("api", "list_ratio"), most=0.7, unit="×"),
        Limit(("api", "facets_ratio"), most=0.8, unit="×"),
        Limit(("api", "footnotes_ratio"), most=1, unit="×"))),
    Target("unchanged anonymous page against an empty page",
            _both(Limit(("unchanged", "ratio"), most=1.3, unit="×"))),
    Target("a word of a quarter of the rows against a list page: first time / again", _both(
        Limit(("words", "first_ratio"), most=2, unit="×"),
        Limit(("words", "again_ratio"), most=1, unit="×"))),
    Target("filtered CSV against psql COPY / sqlite3",
            {"postgresql": (Limit(("csv", "ratio"), least=0.8, unit="×"),),
             "sqlite": (Limit(("csv", "ratio"), least=1.5, unit="×"),)}),
    *(Target(f"first byte of .{extension} against a list page / memory growth during it", _exports(extension))
      for extension in ("csv", "xlsx", "geojson", "jsonl")),
    Target("facet index per worker: memory / start against COPY of the same columns", _both(
        Limit(("facet_index", "memory_mb"), most=30, unit="MB"),
        Limit(("facet_index", "start_ratio"), most=3, unit="×"))),
    Target("import of 100,000 initiatives with validation and history, against bulk_create of the same rows",
            _both(Limit(("import", "ratio"), least=0.4, unit="×"))),
    Target("admin with 100,000 initiatives against a plain admin without evidence and history: list / form / save",
            _both(*_ratios("admin", {"lists": 1, "forms": 2, "saves": 2.5}))),
    Target("click on a facet to painted results in a browser, against a static page of that size",
            _both(Limit(("browser", "ratio"), most=2.5, unit="×"))),
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
    # If the page was wrong, the target is missed, regardless of speed.
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
    """Returns the results in columns, each with its verdict, followed by a line with the totals."""
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
