"""The tables of records. A column is declared once for parsing, validation, load, dump and schema."""

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme

from .columns import (
    ChoiceColumn,
    CountryCodeColumn,
    DateColumn,
    DayColumn,
    DecimalColumn,
    IntegerColumn,
    SlugColumn,
    TextColumn,
    TranslatedFromColumn,
    TranslationColumn,
)
from .relation_columns import ForeignKeyColumn, ManyToManyColumn
from .table import Table

MAX_INTEGER = 2_147_483_647
JOINED = "joined by “; ”"
REFERENCE = "Reference data: rows may have no evidence."


def _slug() -> SlugColumn:
    return SlugColumn("slug", "The last part of the record's address")


def _state() -> ChoiceColumn:
    return ChoiceColumn("state", "How far the record has come; readers see published ones", required=True)


def _names() -> list[TextColumn]:
    languages = {"en": "English", "ru": "Russian", "zh": "simplified Chinese"}
    return [TextColumn(f"name_{code}", f"The name in {language}") for code, language in languages.items()]


def translations(**descriptions: str) -> list[TextColumn]:
    """The columns of the Russian and Chinese texts, given what each of them tells, and of those to be checked."""
    languages = {"ru": "Russian", "zh": "simplified Chinese"}
    return [
        *(
            TranslationColumn(f"{stem}_{code}", f"{description} in {language}")
            for stem, description in descriptions.items()
            for code, language in languages.items()
        ),
        TranslatedFromColumn(),
    ]


def _themes(model) -> ManyToManyColumn:
    through = model.themes.through
    own = model._meta.model_name
    return ManyToManyColumn("themes", f"Themes, {JOINED}", "themes", through=through, own=own, other="theme")


COUNTRIES = Table(
    "countries", Country, "Countries", f"Countries that records speak of, and what they are to the SCO. {REFERENCE}",
    key=("code",),
    columns=[
        CountryCodeColumn("code", "ISO 3166-1 code of two letters", attribute="slug"),
        *_names(),
        ChoiceColumn("sco_role", "What it is to the SCO; since 2025 observers and dialogue partners are partners",
               required=True),
        IntegerColumn("sco_since", "The year since when it is that", minimum=1996, maximum=2100),
        _state(),
        *translations(),
    ],
)  # fmt: skip

CITIES = Table(
    "cities", City, "Cities",
    "Cities; places, population and most Russian names from Natural Earth, ids from GeoNames and Wikidata. "
    f"{REFERENCE}",
    columns=[
        _slug(),
        *_names(),
        ForeignKeyColumn("country", "The country it lies in", "countries"),
        DecimalColumn("latitude", "Degrees north", minimum=-90, maximum=90),
        DecimalColumn("longitude", "Degrees east", minimum=-180, maximum=180),
        IntegerColumn("population", "An estimate for the wider city, often old",
                minimum=0, maximum=MAX_INTEGER),
        IntegerColumn("geonames_id", "Number in GeoNames", minimum=1, maximum=MAX_INTEGER),
        TextColumn("wikidata_id", "Item in Wikidata"),
        TextColumn("aliases", f"Other names, {JOINED}"),
        _state(),
        *translations(),
    ],
)  # fmt: skip

REPORTS = Table(
    "reports", Report, "Reports", "Published sources: only their facts are kept here, never their text.",
    columns=[
        _slug(),
        TextColumn("title", "The headline, or a description in round brackets where none was seen"),
        TextColumn("publisher", "Who published it"),
        DateColumn("published_on", "Date in EDTF"),
        TextColumn("language", "ISO 639-1 code"),
        TextColumn("address", "Web address"),
        DayColumn("accessed_on", "When it was read"),
        TextColumn("note", "What a reader should know of the copy that was read"),
        _state(),
        *translations(title="Our description, if the title is one,",
                      note="What a reader should know of the copy that was read,"),
    ],
)  # fmt: skip

THEMES = Table(
    "themes", Theme, "Themes",
    f"Topics under the three pillars; those of security are the security themes. {REFERENCE}",
    columns=[
        _slug(),
        *_names(),
        ChoiceColumn("pillar", "The pillar it belongs to"),
        TextColumn("description", "What it covers"),
        TextColumn("keywords", f"Words to find it by, in three languages, {JOINED}"),
        _state(),
        *translations(description="What it covers"),
    ],
)  # fmt: skip

ORGANISATIONS = Table(
    "organisations", Organisation, "Organisations",
    f"Bodies that people speak for or that take part in initiatives. {REFERENCE}",
    columns=[
        _slug(),
        *_names(),
        ChoiceColumn("kind", "What sort of body it is", required=True),
        ForeignKeyColumn("country", "The country of its seat", "countries"),
        ForeignKeyColumn("city", "The city of its seat", "cities"),
        TextColumn("aliases", f"Other names, {JOINED}"),
        _state(),
        *translations(),
    ],
)  # fmt: skip

EVENTS = Table(
    "events", Event, "Events", "Summits, dialogues, forums, visits, meetings and exhibitions.",
    columns=[
        _slug(),
        *_names(),
        ChoiceColumn("kind", "What sort of gathering it is"),
        TextColumn("series", "The series that it is one of"),
        ForeignKeyColumn("host_city", "Where it was held", "cities"),
        DateColumn("starts_on", "First day, date in EDTF"),
        DateColumn("ends_on", "Last day, date in EDTF"),
        TextColumn("date_text", "The date as the report gives it"),
        ForeignKeyColumn("parent", "The event that it is part of", "events"),
        _themes(Event),
        _state(),
        *translations(series="The series", date_text="The date as the report gives it"),
    ],
)  # fmt: skip

DELEGATES = Table(
    "delegates", Delegate, "Delegates", "People in a professional role.",
    columns=[
        _slug(),
        *_names(),
        TextColumn("role", "Professional role"),
        ForeignKeyColumn("organisation", "The body spoken for", "organisations"),
        ForeignKeyColumn("city", "The city spoken for", "cities"),
        ForeignKeyColumn("country", "The country spoken for", "countries"),
        TextColumn("aliases", f"Other spellings, {JOINED}"),
        _state(),
        *translations(role="Professional role"),
    ],
)  # fmt: skip

STATEMENTS = Table(
    "statements", Statement, "Statements",
    "What was said, in our own words. Without a delegate: by the participants as a whole, or by the report.",
    columns=[
        _slug(),
        ForeignKeyColumn("delegate", "Who said it", "delegates"),
        ForeignKeyColumn("event", "Where it was said", "events"),
        TextColumn("summary", "What was said, in our own words"),
        _themes(Statement),
        _state(),
        *translations(summary="What was said, in our own words,"),
    ],
)  # fmt: skip

INITIATIVES = Table(
    "initiatives", Initiative, "Initiatives",
    "Projects, practices, exchanges, partnerships, platforms, routes and plans.",
    columns=[
        _slug(),
        TextColumn("title_en", "The title in English"),
        TextColumn("title_ru", "The title in Russian"),
        TextColumn("title_zh", "The title in simplified Chinese"),
        TextColumn("summary_en", "Two to four sentences in our own words"),
        TextColumn("summary_ru", "The same in Russian"),
        TextColumn("summary_zh", "The same in simplified Chinese"),
        ChoiceColumn("kind", "What sort of undertaking it is"),
        ChoiceColumn("status", "How firm it is, as the newest report says"),
        DateColumn("starts_on", "Start, date in EDTF"),
        DateColumn("ends_on", "End, date in EDTF"),
        ForeignKeyColumn("event", "An event where it was agreed, reported or held; it can be later than the start",
                         "events"),
        ManyToManyColumn("countries", f"Countries that take part, {JOINED}", "countries",
                   through=Initiative.countries.through, own="initiative", other="country"),
        ManyToManyColumn("organisations", f"Organisations that take part, {JOINED}", "organisations",
                   through=Initiative.organisations.through, own="initiative", other="organisation"),
        _themes(Initiative),
        _state(),
        *translations(),
    ],
)  # fmt: skip
