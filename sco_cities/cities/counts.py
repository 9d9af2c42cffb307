"""How much there is of each kind with a country, and the lists that show it."""

from dataclasses import dataclass

from sco_cities.sources.related import list_address

from .models import City, Country


@dataclass(frozen=True)
class Count:
    """The number of published records of a kind, and the address of their list."""

    label: str
    number: int
    address: str


def counts_with(country: Country) -> list[Count]:
    """The initiatives, events, delegates and organisations of a country, counted as their lists count them."""
    # These stand above cities: they are reached by the reverse names of their relations, nothing is imported.
    relations = (
        Country._meta.get_field("initiatives"),
        City._meta.get_field("events"),
        Country._meta.get_field("delegates"),
        Country._meta.get_field("organisations"),
    )
    return [
        Count(
            model._meta.verbose_name_plural,
            model.objects.published().in_countries([country.slug]).count(),
            list_address(model, country=country.slug),
        )
        for model in (relation.related_model for relation in relations)
    ]
