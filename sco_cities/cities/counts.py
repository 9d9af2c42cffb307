"""How much there is of each kind with a country, and the lists that show it."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from sco_cities.sources.related import list_address

from .models import City, Country


@dataclass(frozen=True)
class Count:
    """The number of published records of a kind, the word after it, and the address of their list."""

    number: int
    word: str
    address: str


def counts_with(country: Country) -> list[Count]:
    """The initiatives, events, delegates and organisations of a country, as many as their lists find."""
    # These stand above cities: they are reached by the reverse names of their relations, nothing is imported.
    return [
        _count(Country, "initiatives", country, lambda n: ngettext("initiative", "initiatives", n)),
        _count(City, "events", country, lambda n: ngettext("event", "events", n)),
        _count(Country, "delegates", country, lambda n: ngettext("delegate", "delegates", n)),
        _count(Country, "organisations", country, lambda n: ngettext("organisation", "organisations", n)),
    ]


def _count(model, relation: str, country: Country, word) -> Count:
    related = model._meta.get_field(relation).related_model
    number = related.objects.published().in_countries([country.slug]).count()
    return Count(number, word(number), list_address(related, country=country.slug))
