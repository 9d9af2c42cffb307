"""Flat tables, which are views in the SQLite file of initiatives, statements, ties and footnotes.

The first three tables have the columns of `/initiatives.csv`, `/statements.csv` and `/ties.csv`. The last columns of
all tables are the licence and the URL of the record's page. Aggregates use sorted subqueries, because readers may have
an SQLite version from before 2023 that does not support ORDER BY in aggregates.
"""

from dataclasses import dataclass

from django.conf import settings

from sco_cities.listings.exports.attribution import LICENCE, LICENCE_COLUMN, PAGE_COLUMN

from .public_tables import PUBLIC_TABLES, joined_items

TEXT, DATE, TIME, LIST, BOOLEAN = "string", "date in EDTF", "time in UTC", "list joined by “; ”", "boolean"
INTEGER = "integer"


@dataclass(frozen=True)
class FlatColumn:
    """A column of a flat table, with its meaning and the SQL for its value."""

    name: str
    sql: str
    description: str
    type: str = TEXT


@dataclass(frozen=True)
class FlatTable:
    """A view of `source`, an SQL table with an alias, in its row order.

    `path` is the SQL for the path of the record's page, such as "initiatives/lamps".
    """

    name: str
    description: str
    source: str
    path: str
    own_columns: tuple[FlatColumn, ...]

    @property
    def columns(self) -> tuple[FlatColumn, ...]:
        return (
            *self.own_columns,
            FlatColumn(LICENCE_COLUMN, f"'{LICENCE}'", "The licence of the row"),
            FlatColumn(
                PAGE_COLUMN, f"'{settings.SITE_URL}/' || {self.path} || '/'", "The URL of the record's page"
            ),
        )

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def sql(self) -> str:
        """The SQL statement that creates the view."""
        columns = ",\n  ".join(f"{column.sql} AS {column.name}" for column in self.columns)
        return f"CREATE VIEW {self.name} AS SELECT\n  {columns}\nFROM {self.source}"


def _own(table: str, alias: str) -> tuple[FlatColumn, ...]:
    """Returns columns with the same names as in the source table."""
    public = PUBLIC_TABLES[table]
    types = {"starts_on": DATE, "ends_on": DATE}
    columns = [*public.single_columns, *public.derived]
    return tuple(
        FlatColumn(
            column.name,
            f"{alias}.{column.name}",
            column.description,
            TIME if column.name == "updated_at" else types.get(column.name, TEXT),
        )
        for column in columns
    )


def _cities(role: str, description: str) -> FlatColumn:
    cities = (
        f"SELECT city AS item FROM initiative_cities WHERE initiative = i.slug AND role = '{role}' ORDER BY 1"
    )
    return FlatColumn(f"{role}_cities", joined_items(cities), description, LIST)


def _linked(name: str, link: str, own: str, other: str, description: str) -> FlatColumn:
    items = f"SELECT {other} AS item FROM {link} WHERE {own} ORDER BY 1"
    return FlatColumn(name, joined_items(items), description, LIST)


def _evidence_columns(record: str) -> dict[str, FlatColumn]:
    """Returns columns with a record's footnotes. `record` is an SQL expression for its reference `TABLE:SLUG`."""
    cited = f"FROM evidence e JOIN reports r ON r.slug = e.report WHERE e.record = {record}"
    oldest_first = "ORDER BY r.published_first IS NULL, r.published_first, r.slug"
    passage = "SELECT e.report || '#' || e.passage AS item"
    sources = f"{passage} {cited} GROUP BY r.slug, e.passage {oldest_first}, e.passage"
    addresses = f"SELECT r.address AS item {cited} GROUP BY r.slug {oldest_first}"
    newest = (
        f"SELECT r.published_on {cited} AND e.field = 'status' AND e.stance = 'supports' "
        "AND r.published_first IS NOT NULL "
        "ORDER BY r.published_first DESC, r.published_last IS NULL, r.published_last, r.published_on LIMIT 1"
    )
    disputed = f"EXISTS (SELECT 1 FROM evidence e WHERE e.record = {record} AND e.stance = 'differs')"
    columns = (
        FlatColumn(
            "sources",
            joined_items(sources),
            "The cited passages as report#number, oldest report first",
            LIST,
        ),
        FlatColumn("disputed", disputed, "Whether a published report differs from the record", BOOLEAN),
        FlatColumn(
            "sources_addresses",
            joined_items(addresses),
            "The web address of each cited report, oldest first",
            LIST,
        ),
        FlatColumn(
            "status_reported_on",
            f"({newest})",
            "The date of the newest report that supports the status",
            DATE,
        ),
    )
    return {column.name: column for column in columns}


def _of_speaker(name: str) -> FlatColumn:
    sql = f"(SELECT {name} FROM delegates WHERE slug = s.delegate)"
    return FlatColumn(name, sql, f"The {name} that the speaker represents")


def _in_order(names: str, columns: dict[str, FlatColumn]) -> tuple[FlatColumn, ...]:
    return tuple(columns[name] for name in names.split())


def _by_name(*columns: FlatColumn) -> dict[str, FlatColumn]:
    return {column.name: column for column in columns}


INITIATIVES = FlatTable(
    "initiatives_flat",
    "One row per initiative, with the columns of /initiatives.csv. Lists are sorted by slug.",
    "initiatives i",
    "'initiatives/' || i.slug",
    _in_order(
        "slug title_en title_ru title_zh summary_en kind status starts_on ends_on lead_cities partner_cities "
        "reference_cities countries organisations themes event sources disputed updated_at summary_ru summary_zh "
        "status_reported_on sources_addresses",
        _by_name(
            *_own("initiatives", "i"),
            _cities("lead", "The cities that lead"),
            _cities("partner", "The cities that take part"),
            _cities("reference", "The cities that others learn from"),
            _linked("countries", "initiatives_countries", "initiative = i.slug", "country",
                    "The codes of the countries that take part"),
            _linked("organisations", "initiatives_organisations", "initiative = i.slug", "organisation",
                    "The organisations that take part"),
            _linked("themes", "initiatives_themes", "initiative = i.slug", "theme", "The themes"),
        )
        | _evidence_columns("'initiatives:' || i.slug"),
    ),
)  # fmt: skip

_SAME_PASSAGE = """SELECT DISTINCT substr(other.record, 13) AS item
      FROM evidence e JOIN evidence other ON other.report = e.report AND other.passage = e.passage
      WHERE e.record = 'statements:' || s.slug AND e.stance = 'supports' AND other.stance = 'supports'
        AND other.record LIKE 'initiatives:%' ORDER BY 1"""

STATEMENTS = FlatTable(
    "statements_flat",
    "One row per statement, with the columns of /statements.csv. Lists are sorted by slug.",
    "statements s",
    "'statements/' || s.slug",
    _in_order(
        "slug summary summary_ru summary_zh delegate organisation city country event date themes initiatives sources "
        "disputed updated_at sources_addresses",
        _by_name(
            *_own("statements", "s"),
            _of_speaker("organisation"),
            _of_speaker("city"),
            _of_speaker("country"),
            FlatColumn("date", "(SELECT starts_on FROM events WHERE slug = s.event)",
                       "The first day of the event", DATE),
            _linked("themes", "statements_themes", "statement = s.slug", "theme", "The themes"),
            FlatColumn("initiatives", joined_items(_SAME_PASSAGE), "The initiatives in the same passage", LIST),
        )
        | _evidence_columns("'statements:' || s.slug"),
    ),
)  # fmt: skip

_KIND = "substr(f.record, 1, instr(f.record, ':') - 1)"
_SLUG = "substr(f.record, instr(f.record, ':') + 1)"


def _record_title() -> str:
    titles = []
    for name, table in PUBLIC_TABLES.items():
        if table.is_record_table:
            own = {column.name for column in table.columns}
            (title, *_others) = [each for each in ("name_en", "title_en", "title", "summary") if each in own]
            titles.append(f"WHEN '{name}' THEN (SELECT {title} FROM {name} WHERE {table.key[0]} = {_SLUG})")
    return "CASE {} {} END".format(_KIND, "\n    ".join(titles))


EVIDENCE = FlatTable(
    "evidence_flat",
    "One row per footnote. A footnote links a passage of a report to a field of a record.",
    "evidence f JOIN reports r ON r.slug = f.report JOIN passages p ON p.report = f.report AND p.number = f.passage",
    "replace(lower(f.record), ':', '/')",
    (
        FlatColumn("kind", _KIND, "The table of the record"),
        FlatColumn("slug", _SLUG, "The slug of the record, or the code of a country"),
        FlatColumn("title", _record_title(), "The name or title of the record in English, or the statement"),
        FlatColumn(
            "field",
            "f.field",
            "The column that the passage is about, “figure:LABEL”, or “*” for the whole record; “cities” means "
            "all cities of the record",
        ),
        FlatColumn(
            "stance",
            "f.stance",
            "Whether the passage supports the value, differs from it, or gives an earlier state",
        ),
        FlatColumn("reported_value", "f.reported_value", "The reported value, if it differs from the record"),
        FlatColumn("reported_value_ru", "f.reported_value_ru", "The reported value in Russian"),
        FlatColumn("reported_value_zh", "f.reported_value_zh", "The reported value in simplified Chinese"),
        FlatColumn("report", "f.report", "The slug of the report"),
        FlatColumn("passage", "f.passage", "The number of the passage in the report", INTEGER),
        FlatColumn("summary", "p.summary", "The content of the passage, in our own words"),
        FlatColumn("quotation", "p.quotation", "The original wording, only if it matters"),
        FlatColumn("report_title", "r.title", "The headline of the report"),
        FlatColumn("publisher", "r.publisher", "The publisher of the report"),
        FlatColumn("published_on", "r.published_on", "The publication date of the report", DATE),
        FlatColumn("language", "r.language", "The language of the report (ISO 639-1)"),
        FlatColumn("address", "r.address", "The web address of the report"),
        FlatColumn("archive_address", "p.archive_address", "The web address of an archived copy"),
    ),
)


def _of_city(prefix: str, alias: str, place: str) -> tuple[FlatColumn, ...]:
    country = f"(SELECT country FROM cities WHERE slug = {alias}.city)"
    return (
        FlatColumn(f"{prefix}city", f"{alias}.city", f"The {place} city"),
        FlatColumn(f"{prefix}country", country, f"The country code of the {place} city"),
        FlatColumn(f"{prefix}role", f"{alias}.role", f"The role of the {place} city"),
    )


_OF_INITIATIVE = (
    "title_en title_ru title_zh kind status status_reported_on starts_on ends_on themes sources "
    "sources_addresses"
)
TIES = FlatTable(
    "ties_flat",
    "One row per pair of cities in each initiative, with the columns of /ties.csv. A footnote on cities supports all "
    "cities of the initiative. If city_count is over 2, its report may name one city of a row or none.",
    "initiative_cities a JOIN initiative_cities b ON b.initiative = a.initiative AND b.city > a.city "
    "JOIN initiatives i ON i.slug = a.initiative ORDER BY i.slug, a.city, b.city",
    INITIATIVES.path,
    (
        *_of_city("", "a", "first"),
        *_of_city("with_", "b", "other"),
        FlatColumn("initiative", "i.slug", "The initiative"),
        FlatColumn(
            "city_count",
            "(SELECT count(city) FROM initiative_cities WHERE initiative = i.slug)",
            "The number of cities in the initiative; if it is over 2, a report may name one city of the row or none",
            INTEGER,
        ),
        *_in_order(_OF_INITIATIVE, _by_name(*INITIATIVES.own_columns)),
    ),
)

FLAT_TABLES = (INITIATIVES, STATEMENTS, TIES, EVIDENCE)
