"""What only initiatives have in a brief: how firm they are, and the part that each city takes."""

from dataclasses import dataclass

from initiatives.templatetags.status import firmness
from sco_cities.i18n.punctuation import brackets, comma, semicolon
from sco_cities.listings.filter_html import filled, joined
from sco_cities.listings.row_batch import Block
from sco_cities.sources.brief_cells import of_records

from .list_rows import CITIES
from .status_help import ROLES


@dataclass(frozen=True)
class Firmness:
    """The disc of a status and its word."""

    fields = ("status",)

    def __call__(self, block: Block) -> list[str]:
        return [firmness(status) for status in block.field("status")]


@dataclass(frozen=True)
class CityParts:
    """The cities by their role, each with its country."""

    fields = ()

    def __call__(self, block: Block) -> list[str]:
        between_cities, between_parts = comma(), semicolon()
        opening, closing = brackets()
        cities, countries = of_records(block, "cities"), of_records(block, "countries")
        shown = {key for key, country in block.records("countries").items() if country.is_published}

        def named(city) -> str:
            if city.country_id not in shown:
                return cities[city.pk]
            return filled("{}{}{}{}", cities[city.pk], opening, countries[city.country_id], closing)

        parts = []
        for role, word in ROLES.items():
            start = filled('<span class="second">{}</span> ', str(word))
            parts.append(
                [
                    filled("{}{}", start, joined(between_cities, map(named, found))) if found else ""
                    for found in CITIES[role].records(block)
                ]
            )
        return [joined(between_parts, filter(None, some)) for some in zip(*parts, strict=True)]
