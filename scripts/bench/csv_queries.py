"""The CSV of a filtered list as hand-written SQL for both engines.

The lists of all matching rows are aggregated and joined, which is faster than a subquery for each row.
"""

FILTER = [("status", "operating"), ("status", "stalled"), ("status", "unknown")]

_PARTS = "initiatives_initiativecity p JOIN cities_city o ON o.id = p.city_id"
_COUNTRIES = "initiatives_initiative_countries p JOIN cities_country o ON o.id = p.country_id"
_OFFICES = "initiatives_initiative_organisations p JOIN delegates_organisation o ON o.id = p.organisation_id"
_THEMES = "initiatives_initiative_themes p JOIN themes_theme o ON o.id = p.theme_id"
# By column, the tables, the value in a cell, and the condition on rows.
_LISTS = {
    "lead_cities": (_PARTS, "o.slug", "p.role = 'lead'"),
    "partner_cities": (_PARTS, "o.slug", "p.role = 'partner'"),
    "reference_cities": (_PARTS, "o.slug", "p.role = 'reference'"),
    "countries": (_COUNTRIES, "UPPER(o.slug)", "1 = 1"),
    "organisations": (_OFFICES, "o.slug", "1 = 1"),
    "themes": (_THEMES, "o.slug", "1 = 1"),
}
_KIND = "(SELECT id FROM django_content_type WHERE app_label = 'initiatives' AND model = 'initiative')"
_EVIDENCE = (
    "sources_evidence e JOIN sources_passage a ON a.id = e.passage_id "
    "JOIN sources_report r ON r.id = a.report_id"
)
_ABOUT = f"e.content_type_id = {_KIND} AND r.state = 'published'"
_LAST_REPORTED = (
    f"(SELECT r.published_on FROM {_EVIDENCE} WHERE {_ABOUT} AND e.object_id = i.id AND e.field = 'status' "  # noqa: S608 - as above
    "AND e.stance = 'supports' ORDER BY r.published_first DESC, r.published_last LIMIT 1)"
)
_PLAIN = ("slug", "title_en", "title_ru", "title_zh", "summary_en", "kind", "status", "starts_on", "ends_on")
_LAST = ("summary_ru", "summary_zh")
_EVENT = "(SELECT v.slug FROM delegates_event v WHERE v.id = i.event_id AND v.state = 'published')"


def _updated_at(engine: str) -> str:
    if engine == "postgresql":
        return """to_char(i.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    return "strftime('%Y-%m-%dT%H:%M:%SZ', i.updated_at)"


def _order(engine: str) -> str:
    if engine == "postgresql":
        return 'LOWER(i.title_en COLLATE "C") COLLATE "C", i.slug COLLATE "C"'
    return "LOWER(i.title_en), i.slug"


def _select(engine: str, cells: dict[str, str], tables: str, where: str) -> str:
    plain = ", ".join(f"i.{name}" for name in _PLAIN)
    last = ", ".join(f"i.{name}" for name in _LAST)
    lists = ", ".join(
        f"{cell} AS {name}" for name, cell in cells.items() if name not in ("sources", "addresses")
    )
    return (
        f"SELECT {plain}, {lists}, {_EVENT} AS event, {cells['sources']} AS sources, "  # noqa: S608 - our own names
        f"CASE WHEN sources.differs = 1 THEN 'true' ELSE 'false' END AS disputed, "
        f"{_updated_at(engine)} AS updated_at, {last}, "
        f"{_LAST_REPORTED} AS status_reported_on, {cells['addresses']} AS sources_addresses "
        f"FROM initiatives_initiative i {tables} WHERE {where} ORDER BY {_order(engine)}"
    )


def query(engine: str) -> str:
    """The columns of the export, for the initiatives of FILTER."""
    statuses = ", ".join(f"'{status}'" for _name, status in FILTER)
    where = f"i.state = 'published' AND i.status IN ({statuses})"
    found = f"SELECT i.id FROM initiatives_initiative i WHERE {where}"  # noqa: S608 - as above
    joined, cells = [], {}
    for name, (tables, cell, condition) in _LISTS.items():
        condition_sql = f"o.state = 'published' AND {condition} AND p.initiative_id IN (SELECT id FROM found)"  # noqa: S608 - as above
        if engine == "postgresql":
            aggregated = (
                f"SELECT p.initiative_id AS id, string_agg({cell}, '; ' ORDER BY o.name_en) AS c "  # noqa: S608 - as above
                f"FROM {tables} WHERE {condition_sql} GROUP BY p.initiative_id"
            )
        else:
            aggregated = (
                f"SELECT id, group_concat(c, '; ') AS c FROM (SELECT p.initiative_id AS id, {cell} AS c "  # noqa: S608 - as above
                f"FROM {tables} WHERE {condition_sql} ORDER BY p.initiative_id, o.name_en) GROUP BY id"
            )
        joined.append(f"LEFT JOIN ({aggregated}) {name} ON {name}.id = i.id")
        cells[name] = f"{name}.c"
    about = f"{_ABOUT} AND e.object_id IN (SELECT id FROM found)"  # noqa: S608 - as above
    distinct = (
        "SELECT e.object_id AS id, r.published_first, r.slug, a.number, "  # noqa: S608 - as above
        f"MAX(CASE WHEN e.stance = 'differs' THEN 1 ELSE 0 END) AS differs FROM {_EVIDENCE} WHERE {about} "
        "GROUP BY e.object_id, r.published_first, r.slug, a.number"
    )
    if engine == "postgresql":
        order = "ORDER BY published_first, slug, number"
        aggregated = (
            f"SELECT id, string_agg(slug || '#' || number, '; ' {order}) AS c, MAX(differs) AS differs "  # noqa: S608 - as above
            f"FROM ({distinct}) d GROUP BY id"
        )
    else:
        aggregated = (
            "SELECT id, group_concat(slug || '#' || number, '; ') AS c, MAX(differs) AS differs "  # noqa: S608 - as above
            f"FROM ({distinct} ORDER BY 1, 2, 3, 4) GROUP BY id"
        )
    joined.append(f"LEFT JOIN ({aggregated}) sources ON sources.id = i.id")
    cells["sources"] = "sources.c"
    reports = f"SELECT DISTINCT e.object_id AS id, r.published_first, r.slug, r.address FROM {_EVIDENCE} WHERE {about}"  # noqa: S608 - as above
    aggregated = (
        "SELECT id, string_agg(address, '; ' ORDER BY published_first, slug) AS c "  # noqa: S608 - as above
        f"FROM ({reports}) d GROUP BY id"
        if engine == "postgresql"
        else f"SELECT id, group_concat(address, '; ') AS c FROM ({reports} ORDER BY 1, 2, 3) GROUP BY id"  # noqa: S608 - as above
    )
    joined.append(f"LEFT JOIN ({aggregated}) addresses ON addresses.id = i.id")
    cells["addresses"] = "addresses.c"
    return f"WITH found AS ({found}) " + _select(engine, cells, " ".join(joined), where)
