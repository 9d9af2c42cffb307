"""Brief cells that only initiatives have: the status and the city roles."""

from dataclasses import dataclass

from initiatives.templatetags.status import status_label
from sco_cities.core.html import fill_template, join_html
from sco_cities.i18n.punctuation import brackets, comma, semicolon
from sco_cities.listings.row_batch import RowBatch
from sco_cities.sources.brief_cells import record_names_html

from .list_rows import CITIES
from .status_help import ROLE_LABELS


@dataclass(frozen=True)
class StatusCell:
    """The disc and the label of a status."""

    fields = ("status",)

    def __call__(self, batch: RowBatch) -> list[str]:
        return [status_label(status) for status in batch.field("status")]


@dataclass(frozen=True)
class CityRolesCell:
    """The cities by role, each with its country."""

    fields = ()

    def __call__(self, batch: RowBatch) -> list[str]:
        between_cities, between_roles = comma(), semicolon()
        opening, closing = brackets()
        cities, countries = record_names_html(batch, "cities"), record_names_html(batch, "countries")
        published = {key for key, country in batch.records("countries").items() if country.is_published}

        def city_html(city) -> str:
            if city.country_id not in published:
                return cities[city.pk]
            return fill_template("{}{}{}{}", cities[city.pk], opening, countries[city.country_id], closing)

        by_role = []
        for role, label in ROLE_LABELS.items():
            start = fill_template('<span class="secondary">{}</span> ', str(label))
            by_role.append(
                [
                    fill_template("{}{}", start, join_html(between_cities, map(city_html, records)))
                    if records
                    else ""
                    for records in CITIES[role].records(batch)
                ]
            )
        return [join_html(between_roles, filter(None, parts)) for parts in zip(*by_role, strict=True)]
