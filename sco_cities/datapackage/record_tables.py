"""The tables of records. Each column is declared once, for all that the package does with it."""

from delegates.models import Delegate, Event, Organisation, Statement
from initiatives.models import Initiative
from sco_cities.cities.models import City, Country
from sco_cities.sources.models import Report
from sco_cities.themes.models import Theme

from .columns import Choice, CountryCode, Date, Day, Decimal, Integer, Slug, Text
from .relation_columns import Reference, References
from .table import Table

LARGEST_INTEGER = 2_147_483_647
JOINED = "joined by “; ”"


def _slug() -> Slug:
    return Slug("slug", "The last part of the record's address")


def _state() -> Choice:
    return Choice("state", "How far the record has come; readers see published ones", required=True)


def _names() -> list[Text]:
    languages = {"en": "English", "ru": "Russian", "zh": "simplified Chinese"}
    return [Text(f"name_{code}", f"The name in {language}") for code, language in languages.items()]


def _themes(model) -> References:
    through = model.themes.through
    own = model._meta.model_name
    return References("themes", f"Themes, {JOINED}", "themes", through=through, own=own, other="theme")


COUNTRIES = Table(
    "countries", Country, "Countries", "Countries that records speak of, and what they are to the SCO.",
    key=("code",),
    columns=[
        CountryCode("code", "ISO 3166-1 code of two letters", attribute="slug"),
        *_names(),
        Choice("sco_role", "What it is to the SCO; since 2025 observers and dialogue partners are partners",
               required=True),
        Integer("sco_since", "The year since when it is that", minimum=1996, maximum=2100),
        _state(),
    ],
)  # fmt: skip

CITIES = Table(
    "cities", City, "Cities",
    "Cities; places, population and most Russian names from Natural Earth, ids from GeoNames and Wikidata.",
    columns=[
        _slug(),
        *_names(),
        Reference("country", "The country it lies in", "countries"),
        Decimal("latitude", "Degrees north", minimum=-90, maximum=90),
        Decimal("longitude", "Degrees east", minimum=-180, maximum=180),
        Integer("population", "An estimate for the wider city, often old",
                minimum=0, maximum=LARGEST_INTEGER),
        Integer("geonames_id", "Number in GeoNames", minimum=1, maximum=LARGEST_INTEGER),
        Text("wikidata_id", "Item in Wikidata"),
        Text("aliases", f"Other names, {JOINED}"),
        _state(),
    ],
)  # fmt: skip

REPORTS = Table(
    "reports", Report, "Reports", "Published sources: only their facts are kept here, never their text.",
    columns=[
        _slug(),
        Text("title", "The headline, or a description in round brackets where none was seen"),
        Text("publisher", "Who published it"),
        Date("published_on", "Date in EDTF"),
        Text("language", "ISO 639-1 code"),
        Text("address", "Web address"),
        Day("accessed_on", "When it was read"),
        Text("note", "What a reader should know of the copy that was read"),
        _state(),
    ],
)  # fmt: skip

THEMES = Table(
    "themes", Theme, "Themes", "Topics under the three pillars; those of security are the security themes.",
    columns=[
        _slug(),
        *_names(),
        Choice("pillar", "The pillar it belongs to"),
        Text("description", "What it covers"),
        Text("keywords", f"Words to find it by, in three languages, {JOINED}"),
        _state(),
    ],
)  # fmt: skip

ORGANISATIONS = Table(
    "organisations", Organisation, "Organisations",
    "Bodies that people speak for or that take part in initiatives.",
    columns=[
        _slug(),
        *_names(),
        Choice("kind", "What sort of body it is", required=True),
        Reference("country", "The country of its seat", "countries"),
        Reference("city", "The city of its seat", "cities"),
        Text("aliases", f"Other names, {JOINED}"),
        _state(),
    ],
)  # fmt: skip

EVENTS = Table(
    "events", Event, "Events", "Summits, dialogues, forums, visits, meetings and exhibitions.",
    columns=[
        _slug(),
        *_names(),
        Choice("kind", "What sort of gathering it is"),
        Text("series", "The series that it is one of"),
        Reference("host_city", "Where it was held", "cities"),
        Date("starts_on", "First day, date in EDTF"),
        Date("ends_on", "Last day, date in EDTF"),
        Text("date_text", "The date as the report gives it"),
        Reference("parent", "The event that it is part of", "events"),
        _themes(Event),
        _state(),
    ],
)  # fmt: skip

DELEGATES = Table(
    "delegates", Delegate, "Delegates", "People in a professional role.",
    columns=[
        _slug(),
        *_names(),
        Text("role", "Professional role"),
        Reference("organisation", "The body spoken for", "organisations"),
        Reference("city", "The city spoken for", "cities"),
        Reference("country", "The country spoken for", "countries"),
        Text("aliases", f"Other spellings, {JOINED}"),
        _state(),
    ],
)  # fmt: skip

STATEMENTS = Table(
    "statements", Statement, "Statements",
    "What was said, in our own words. Without a delegate: by the participants as a whole, or by the report.",
    columns=[
        _slug(),
        Reference("delegate", "Who said it", "delegates"),
        Reference("event", "Where it was said", "events"),
        Text("summary", "What was said, in our own words"),
        _themes(Statement),
        _state(),
    ],
)  # fmt: skip

INITIATIVES = Table(
    "initiatives", Initiative, "Initiatives",
    "Projects, practices, exchanges, partnerships, platforms, routes and plans.",
    columns=[
        _slug(),
        Text("title_en", "The title in English"),
        Text("title_ru", "The title in Russian"),
        Text("title_zh", "The title in simplified Chinese"),
        Text("summary_en", "Two to four sentences in our own words"),
        Text("summary_ru", "The same in Russian"),
        Text("summary_zh", "The same in simplified Chinese"),
        Choice("kind", "What sort of undertaking it is"),
        Choice("status", "How firm it is, as the newest report says"),
        Date("starts_on", "Start, date in EDTF"),
        Date("ends_on", "End, date in EDTF"),
        Reference("event", "The event that it comes from", "events"),
        References("countries", f"Countries that take part, {JOINED}", "countries",
                   through=Initiative.countries.through, own="initiative", other="country"),
        References("organisations", f"Organisations that take part, {JOINED}", "organisations",
                   through=Initiative.organisations.through, own="initiative", other="organisation"),
        _themes(Initiative),
        _state(),
    ],
)  # fmt: skip
