"""Expected results, from plain SQL that is independent of the site's code."""

from .databases import Database
from .sample_urls import Query


def _list(values: list[str]) -> str:
    # All values are the bench's own slugs and codes.
    return ", ".join(f"'{value}'" for value in values)


def _through(table: str, column: str, other: str, condition: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM {table} t JOIN {other} o ON o.id = t.{column} "  # noqa: S608 - our own names
        f"WHERE t.initiative_id = i.id AND {condition})"
    )


def _country(values: list[str]) -> str:
    codes = _list([value.lower() for value in values])
    directly = _through(
        "initiatives_initiative_countries", "country_id", "cities_country", f"o.slug IN ({codes})"
    )
    country = f"o.country_id IN (SELECT id FROM cities_country WHERE slug IN ({codes}))"  # noqa: S608 - as above
    return f"({directly} OR {_through('initiatives_initiativecity', 'city_id', 'cities_city', country)})"


def _theme(column: str, values: list[str]) -> str:
    condition = f"o.{column} IN ({_list(values)}) AND o.state = 'published'"
    return _through("initiatives_initiative_themes", "theme_id", "themes_theme", condition)


def _contains(word: str) -> str:
    return f"(i.title_en || ' ' || i.title_ru || ' ' || i.title_zh || ' ' || i.summary_en) LIKE '%{word}%'"


CONDITIONS = {
    "status": lambda values: f"i.status IN ({_list(values)})",
    "kind": lambda values: f"i.kind IN ({_list(values)})",
    "event": lambda values: f"i.event_id IN (SELECT id FROM delegates_event WHERE slug IN ({_list(values)}))",  # noqa: S608 - as above
    "country": _country,
    "city": lambda values: _through(
        "initiatives_initiativecity", "city_id", "cities_city", f"o.slug IN ({_list(values)})"
    ),
    "theme": lambda values: _theme("slug", values),
    "pillar": lambda values: _theme("pillar", values),
    "organisation": lambda values: _through(
        "initiatives_initiative_organisations", "organisation_id", "delegates_organisation",
        f"o.slug IN ({_list(values)})",
    ),
    "year_from": lambda values: f"i.starts_first IS NOT NULL AND "
    f"(i.runs_until IS NULL OR i.runs_until >= '{values[0]}-01-01')",
    "year_to": lambda values: f"i.starts_first <= '{values[0]}-12-31'",
    "q": lambda values: _contains(values[0]),
}  # fmt: skip


def where(query: Query) -> str:
    """The condition for the filters of a query; values that begin with "-" are excluded."""
    conditions = ["i.state = 'published'"]
    for name, condition in CONDITIONS.items():
        filter_values = [value for key, value in query if key == name]
        if included := [value for value in filter_values if not value.startswith("-")]:
            conditions.append(condition(included))
        if excluded := [value[1:] for value in filter_values if value.startswith("-")]:
            conditions.append(f"NOT ({condition(excluded)})")
    return " AND ".join(conditions)


def total(database: Database, query: Query) -> int:
    """How many initiatives match the query."""
    return database.query(f"SELECT COUNT(*) FROM initiatives_initiative i WHERE {where(query)}")[0][0]  # noqa: S608 - as above


def first_page(database: Database, query: Query) -> list[str]:
    """The slugs of the first fifty initiatives by title."""
    lower = "LOWER(i.title_en)"
    order = (
        f'{lower} COLLATE "C", i.slug COLLATE "C"' if database.engine == "postgresql" else f"{lower}, i.slug"
    )
    rows = database.query(
        f"SELECT i.slug FROM initiatives_initiative i WHERE {where(query)} ORDER BY {order} LIMIT 50"  # noqa: S608 - as above
    )
    return [slug for (slug,) in rows]


def facet(database: Database, name: str, query: Query, values: list[str]) -> dict[str, int]:
    """The counts of facet values under the filters of all other facets."""
    others = [pair for pair in query if pair[0] != name]
    return {value: total(database, [*others, (name, value)]) for value in values}
