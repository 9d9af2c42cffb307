"""What only initiatives have in a brief: how firm they are, and the part that each city takes."""

from dataclasses import dataclass

from initiatives.templatetags.status import status_label
from sco_cities.i18n.punctuation import brackets, comma, semicolon
from sco_cities.listings.filter_html import fill_template, join_html
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.brief_cells import of_records

from .list_rows import CITIES
from .status_help import ROLE_LABELS


@dataclass(frozen=True)
class StatusCell:
    """The disc of a status and its word."""

    fields = ("status",)

    def __call__(self, block: RowBatch) -> list[str]:
        return [status_label(status) for status in block.field("status")]


@dataclass(frozen=True)
class CityRolesCell:
    """The cities by their role, each with its country."""

    fields = ()

    def __call__(self, block: RowBatch) -> list[str]:
        between_cities, between_parts = comma(), semicolon()
        opening, closing = brackets()
        cities, countries = of_records(block, "cities"), of_records(block, "countries")
        shown = {key for key, country in block.records("countries").items() if country.is_published}

        def named(city) -> str:
            if city.country_id not in shown:
                return cities[city.pk]
            return fill_template("{}{}{}{}", cities[city.pk], opening, countries[city.country_id], closing)

        parts = []
        for role, word in ROLE_LABELS.items():
            start = fill_template('<span class="second">{}</span> ', str(word))
            parts.append(
                [
                    fill_template("{}{}", start, join_html(between_cities, map(named, found)))
                    if found
                    else ""
                    for found in CITIES[role].records(block)
                ]
            )
        return [join_html(between_parts, filter(None, some)) for some in zip(*parts, strict=True)]
