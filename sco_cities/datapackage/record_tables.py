"""The tables of records. Each field is declared once for parsing, validation, load, dump, schema, import and release.

The type of a column depends on the type of the model field.
"""

from django.db import models

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country, CountryGroup
from sco_cities.core.translations import TRANSLATED_FROM
from sco_cities.sources.base_models import NamedRecord, Record
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme

from .columns import ChoiceColumn, CountryCodeColumn, DayColumn, DecimalColumn, IntegerColumn, PackageColumn
from .relation_columns import ForeignKeyColumn, ManyToManyColumn
from .table import Table

MAX_INTEGER = 2_147_483_647
JOINED = "joined by “; ”"
REFERENCE = "Reference data: rows may have no evidence."
_TRANSLATIONS = {"ru": "Russian", "zh": "simplified Chinese"}
_KINDS = (
    (models.ForeignKey, ForeignKeyColumn),
    (models.ManyToManyField, ManyToManyColumn),
    (models.IntegerField, IntegerColumn),
    (models.DecimalField, DecimalColumn),
    (models.DateField, DayColumn),
)
# The description of a column. For a number, it is a tuple with the description, the minimum and the maximum.
Meaning = str | tuple[str, int, int]


def public(
    model: type[models.Model], /, *, is_optional: bool = False, **fields: Meaning
) -> list[PackageColumn]:
    """Returns the columns for public fields, which releases contain."""
    return [_column(model, name, meaning, is_optional=is_optional) for name, meaning in fields.items()]


def _column(model: type[models.Model], name: str, meaning: Meaning, *, is_optional: bool) -> PackageColumn:
    # `_meta.get_field` is unavailable here, because `_meta` lacks reverse relations until all models are loaded.
    field = getattr(model, name).field
    plain = ChoiceColumn if field.choices else PackageColumn
    kind = next((kind for of, kind in _KINDS if isinstance(field, of)), plain)
    description, *limits = [meaning] if isinstance(meaning, str) else meaning
    options = dict(zip(("minimum", "maximum"), limits, strict=True)) if limits else {}
    return kind(name, description, is_optional=is_optional, is_public=True, **options)


def translations(model: type[models.Model], /, **texts: str) -> list[PackageColumn]:
    """Returns the columns for Russian and Chinese texts, described by `texts`, and for outdated translations.

    Packages from earlier versions lack these columns. Releases do not contain the list of outdated translations, which
    only editors need. An import without this column computes the list from the texts.
    """
    columns = {
        f"{stem}_{code}": f"{description} in {language}"
        for stem, description in texts.items()
        for code, language in _TRANSLATIONS.items()
    }
    to_check = PackageColumn(
        TRANSLATED_FROM,
        "Translations to be checked, because the English text has changed: the columns, each with a digest of the "
        "translated English text, joined by “; ”",
        is_optional=True,
    )
    return [*public(model, is_optional=True, **columns), to_check]


def _table(
    model: type[Record],
    title: str,
    description: str,
    /,
    *,
    translated: dict[str, str] | None = None,
    key: PackageColumn | None = None,
    optional: bool = False,
    **fields: Meaning,
) -> Table:
    """Returns a table of records with the given `fields` and the columns of all kinds of record."""
    if issubclass(model, NamedRecord):
        languages = {"en": "English", **_TRANSLATIONS}
        names = {f"name_{code}": f"The name in {language}" for code, language in languages.items()}
        fields = names | fields
    key = key or PackageColumn("slug", "The last part of the record's URL", is_public=True)
    fields["state"] = "Publication state; only published records are public"
    columns = [key, *public(model, **fields)]
    if hasattr(model, TRANSLATED_FROM):
        columns += translations(model, **(translated or {}))
    return Table(model.collection, model, title, description, columns, key=(key.name,), optional=optional)


COUNTRIES = _table(
    Country, "Countries", f"Countries that records mention, with their role in the SCO. {REFERENCE}",
    key=CountryCodeColumn("code", "Two-letter ISO 3166-1 code", attribute="slug", is_public=True),
    sco_role="Role in the SCO; since 2025 observers and dialogue partners are partners",
    sco_since=("The year when this role began", 1996, 2100),
)  # fmt: skip

COUNTRY_GROUPS = _table(
    CountryGroup, "Groups of countries", f"Groups of countries that a city can be compared with. {REFERENCE}",
    optional=True,
    countries=f"The countries, {JOINED}",
)  # fmt: skip

CITIES = _table(
    City, "Cities",
    "Cities. Coordinates, populations and most Russian names come from Natural Earth, ids from GeoNames and Wikidata. "
    f"{REFERENCE}",
    country="Country",
    latitude=("Degrees north", -90, 90),
    longitude=("Degrees east", -180, 180),
    population=("Estimate for the urban area, often outdated", 0, MAX_INTEGER),
    geonames_id=("Number in GeoNames", 1, MAX_INTEGER),
    wikidata_id="Item in Wikidata",
    aliases=f"Other names, {JOINED}",
)  # fmt: skip

REPORTS = _table(
    Report, "Reports", "Published sources. The package contains their facts, never their full text.",
    title="The headline, or a description in round brackets if no headline was seen",
    publisher="Publisher",
    published_on="Date in EDTF",
    language="ISO 639-1 code",
    address="Web address",
    accessed_on="Date of access",
    note="Note on the copy that was read",
    translated={
        "title": "The title, if it is our description,",
        "note": "Note on the copy that was read,",
    },
)  # fmt: skip

THEMES = _table(
    Theme, "Themes", f"Topics under the three pillars. Themes under security are the security themes. {REFERENCE}",
    pillar="Pillar",
    description="Description",
    keywords=f"Search terms in three languages, {JOINED}",
    translated={"description": "Description"},
)  # fmt: skip

ORGANISATIONS = _table(
    Organisation, "Organisations",
    f"Organisations that delegates represent, or that take part in initiatives. {REFERENCE}",
    kind="Kind of organisation",
    country="The country of its seat",
    city="The city of its seat",
    aliases=f"Other names, {JOINED}",
)  # fmt: skip

EVENTS = _table(
    Event, "Events", "Summits, dialogues, forums, visits, meetings and exhibitions.",
    kind="Kind of event",
    series="Series of events",
    host_city="Host city",
    starts_on="First day, date in EDTF",
    ends_on="Last day, date in EDTF",
    date_text="The date as stated in the report",
    parent="The event that includes this event",
    themes=f"Themes, {JOINED}",
    translated={"series": "Series of events", "date_text": "The date as stated in the report"},
)  # fmt: skip

DELEGATES = _table(
    Delegate, "Delegates", "People in a professional role.",
    role="Professional role",
    organisation="Organisation that the delegate represents",
    city="City that the delegate represents",
    country="Country that the delegate represents",
    aliases=f"Other spellings, {JOINED}",
    translated={"role": "Professional role"},
)  # fmt: skip

STATEMENTS = _table(
    Statement, "Statements",
    "What was said, in our own words. If no delegate is named, the participants as a whole or the report said it.",
    delegate="Speaker",
    event="Event of the statement",
    summary="What was said, in our own words",
    themes=f"Themes, {JOINED}",
    translated={"summary": "What was said, in our own words,"},
)  # fmt: skip

INITIATIVES = _table(
    Initiative, "Initiatives", "Projects, practices, exchanges, partnerships, platforms, routes and plans.",
    title_en="The title in English",
    title_ru="The title in Russian",
    title_zh="The title in simplified Chinese",
    summary_en="Two to four sentences in our own words",
    summary_ru="The summary in Russian",
    summary_zh="The summary in simplified Chinese",
    kind="Kind of initiative",
    status="Progress according to the newest report",
    starts_on="Start, date in EDTF",
    ends_on="End, date in EDTF",
    event="An event where it was agreed, reported or held; it can be later than the start",
    countries=f"Countries that take part, {JOINED}",
    organisations=f"Organisations that take part, {JOINED}",
    themes=f"Themes, {JOINED}",
)  # fmt: skip
