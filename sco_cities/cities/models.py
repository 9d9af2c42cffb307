"""Countries, groups of countries, and cities, with the URLs of pages about several places."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from sco_cities.core.fields import in_range, not_empty, one_of
from sco_cities.i18n.punctuation import comma_list
from sco_cities.listings.record_filters import AND
from sco_cities.sources.base_models import NamedRecord
from sco_cities.sources.querysets import RecordQuerySet

CODE_PATTERN = re.compile("[a-z]{2}")
# The rules that a query string can use to select a city's peers. Slugs of cities and groups can be used instead.
PEER_RULES = ("partners", "country", "size")
SLUG_IN_USE = _(
    "A city, a group of countries or an option for comparisons already uses this slug. Choose another slug."
)


class ScoRole(models.TextChoices):
    """The role of a country in the Shanghai Cooperation Organization."""

    MEMBER = "member", _("member")
    PARTNER = "partner", _("partner")
    NONE = "none", _("neither member nor partner")


class Country(NamedRecord):
    """A country. Its slug is its ISO 3166-1 code in lower case."""

    collection = "countries"
    evidence_fields = ("name_en", "name_ru", "name_zh", "sco_role", "sco_since")
    must_be_sourced = False
    search_fields = (*NamedRecord.search_fields, "slug")

    sco_role = models.CharField(_("role in the SCO"), max_length=8, choices=ScoRole, default=ScoRole.NONE)
    sco_since = models.PositiveSmallIntegerField(_("role in the SCO since"), null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(NamedRecord.Meta):
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ("slug",)
        constraints: ClassVar = [
            *NamedRecord.Meta.constraints,
            one_of("sco_role", ScoRole),
            in_range("sco_since", 1996, 2100),
            not_empty("name_en"),
        ]

    @property
    def code(self) -> str:
        """The ISO 3166-1 code, as in "KG"."""
        return self.slug.upper()

    @property
    def reference(self) -> str:
        """The identifier of the country in the data package, such as "countries:KG"."""
        return f"{self.collection}:{self.code}"

    def clean(self):
        super().clean()
        if not CODE_PATTERN.fullmatch(self.slug):
            raise ValidationError({"slug": _("Enter the ISO 3166-1 code in lower case, for example “kg”.")})


class CountryGroup(NamedRecord):
    """A named group of countries that a city can be compared with. It has no page."""

    collection = "country_groups"
    must_be_sourced = False
    has_page = False

    countries = models.ManyToManyField(Country, related_name="groups", verbose_name=_("countries"))

    objects = RecordQuerySet.as_manager()

    class Meta(NamedRecord.Meta):
        verbose_name = _("group of countries")
        verbose_name_plural = _("groups of countries")
        ordering = ("slug",)
        constraints: ClassVar = [*NamedRecord.Meta.constraints, not_empty("name_en")]

    def get_absolute_url(self) -> str:
        """Returns the URL of the list of countries, because a group has no page."""
        return reverse("countries-list")

    def clean(self):
        super().clean()
        if CODE_PATTERN.fullmatch(self.slug):
            raise ValidationError(
                {"slug": _("A slug of two letters is a country code. Enter a longer slug.")}
            )
        _check_peer_slug(self, City)


def _check_peer_slug(record: NamedRecord, other: type[NamedRecord]) -> None:
    """Rejects a new slug that is in use as a peer rule or as a slug of the model `other`."""
    if record.slug == getattr(record, "_stored_slug", None):
        return
    # A former slug still selects its record, so it cannot be reused.
    others = other.objects.filter(models.Q(slug=record.slug) | models.Q(former_slugs__slug=record.slug))
    if record.slug in PEER_RULES or others.exists():
        raise ValidationError({"slug": SLUG_IN_USE})


class CityQuerySet(RecordQuerySet):
    """A queryset of cities."""

    def for_record_page(self):
        return self.select_related("country")


class City(NamedRecord):
    """A city. Its coordinates and population are from a gazetteer, not from a report."""

    collection = "cities"
    evidence_fields = ("name_en", "name_ru", "name_zh", "country", "population")
    must_be_sourced = False
    search_fields = (*NamedRecord.search_fields, "aliases")

    country = models.ForeignKey(Country, models.PROTECT, related_name="cities", verbose_name=_("country"))
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    geonames_id = models.PositiveIntegerField(_("GeoNames id"), null=True, blank=True, unique=True)
    wikidata_id = models.CharField(
        _("Wikidata id"),
        max_length=16,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^Q[1-9]\d*\Z", _("Enter Q and a number, for example Q11736."))],
    )
    aliases = models.TextField(_("other names"), blank=True, default="", help_text=_("Separate with “; ”."))

    objects = CityQuerySet.as_manager()

    class Meta(NamedRecord.Meta):
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ("slug",)
        constraints: ClassVar = [
            *NamedRecord.Meta.constraints,
            in_range("latitude", -90, 90),
            in_range("longitude", -180, 180),
            not_empty("name_en"),
        ]

    def clean(self):
        super().clean()
        _check_peer_slug(self, CountryGroup)

    @property
    def coordinates(self) -> str:
        """The position with an accuracy of about a kilometre, such as "38.56° N, 68.77° E"."""
        latitude, longitude = Decimal(self.latitude), Decimal(self.longitude)
        north_south = _("%(degrees)s° N") if latitude >= 0 else _("%(degrees)s° S")
        east_west = _("%(degrees)s° E") if longitude >= 0 else _("%(degrees)s° W")
        return comma_list(
            str(text) % {"degrees": number_format(round(abs(degrees), 2))}
            for text, degrees in ((north_south, latitude), (east_west, longitude))
        )


Place = City | Country
# Minimum and maximum number of places on one page.
LEAST_PLACES, MOST_PLACES = 2, 4
# The filter for each kind of place in the lists of initiatives, delegates and statements.
FILTER_BY_KIND = {City: "city", Country: "country"}


def segment(place: Place) -> str:
    """Returns the URL segment of a place. It is the slug of a city or the code of a country.

    If a city's slug looks like a country code, it is prefixed with the collection, as in "cities:aa".
    """
    is_ambiguous = isinstance(place, City) and CODE_PATTERN.fullmatch(place.slug)
    return f"{place.collection}:{place.slug}" if is_ambiguous else place.slug


def together_url(*places: Place) -> str:
    """Returns the URL of the page about two to four places in any order, such as "/together/tashkent/tianjin/"."""
    return reverse("together", args=["/".join(sorted(map(segment, places)))])


def joint_filters(places: Iterable[Place]) -> dict[str, str]:
    """Returns list filters for initiatives with all of these places, such as `{"city": "tashkent,tianjin"}`."""
    slugs: dict[str, list[str]] = {}
    for place in places:
        slugs.setdefault(FILTER_BY_KIND[type(place)], []).append(place.slug)
    return {name: AND.join(sorted(values)) for name, values in slugs.items()}


def without_own_countries(places: Iterable[Place]) -> list[Place]:
    """Returns the places, except countries that contain another of the places."""
    places = list(places)
    countries = {place.country_id for place in places if isinstance(place, City)}
    return [place for place in places if isinstance(place, City) or place.pk not in countries]


def city_in_country(places: Iterable[Place]) -> City | None:
    """Returns a city whose country is also among the places. All initiatives of that city also involve the country."""
    places = list(places)
    countries = {place.pk for place in places if isinstance(place, Country)}
    return next(
        (place for place in places if isinstance(place, City) and place.country_id in countries), None
    )
