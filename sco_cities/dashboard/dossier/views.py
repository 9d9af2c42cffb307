"""The page about the places named in its URL, and the page for choosing places."""

from collections.abc import Collection, Iterable
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from delegates.models import Statement
from initiatives.columns import INITIATIVES
from sco_cities.cities.models import (
    CODE_PATTERN,
    FILTER_BY_KIND,
    LEAST_PLACES,
    MOST_PLACES,
    City,
    Country,
    Place,
    city_in_country,
    segment,
    together_url,
    without_own_countries,
)
from sco_cities.core.exceptions import shortened
from sco_cities.core.html import fill_template, join_html, lang_attribute
from sco_cities.dashboard.home import city_pairs
from sco_cities.facet_index.refresh import facet_index
from sco_cities.facet_index.state import IndexState
from sco_cities.listings import querystring
from sco_cities.listings.filter_options import RecordChoices
from sco_cities.listings.list_query import NOTES
from sco_cities.listings.registered_functions import with_past_lists
from sco_cities.sources.models import FormerSlug

from .page import Dossier

_PREFIX = f"{City.collection}:"
# The form value that replaces the second place to compare a city with similar cities.
SIMILAR = "similar"
# Maximum number of distinct texts to look up. Each text can need a query. The maximum exceeds the maximum number of
# places, because several texts can name the same place.
MAX_TEXTS = 2 * MOST_PLACES


def place_of(state: IndexState, text: str) -> Place | None:
    """Returns the published place of a URL segment, which may be a former slug, or None."""
    slug = text.lower().removeprefix(_PREFIX)
    model = Country if CODE_PATTERN.fullmatch(text.lower()) else City
    place = RecordChoices(model.collection, state).by_slug.get(slug)
    return place or _place_with_former_slug(state, model, slug)


def places_of(state: IndexState, texts: Iterable[str]) -> list[Place] | None:
    """Returns the distinct places of these URL segments, or None if one is unknown or there are too many."""
    texts, places = list(dict.fromkeys(texts)), []
    if len(texts) > MAX_TEXTS:
        return None
    for text in texts:
        place = place_of(state, text)
        if place is None:
            return None
        places.append(place)
    return distinct(places)


def _place_with_former_slug(state: IndexState, model: type[Place], slug: str) -> Place | None:
    # A slug contains no NUL characters, which PostgreSQL rejects.
    if not slug_re.match(slug):
        return None
    content_type = ContentType.objects.get_for_model(model)
    former = FormerSlug.objects.using(state.using).filter(content_type=content_type, slug=slug[:80]).first()
    if former is None or former.object_id not in state.published(model.collection):
        return None
    return state.index(model.collection).records[former.object_id]


def distinct(places: Iterable[Place]) -> list[Place]:
    """Removes duplicate places."""
    return list({segment(place): place for place in places}.values())


def problem(state: IndexState, places: list[Place]) -> str:
    """Returns the reason why a page about these places would be empty as a message, or ""."""
    if len(places) > MOST_PLACES:
        return too_many()
    if city := city_in_country(places):
        return _(
            "%(city)s is in %(country)s, so all initiatives of the city are also initiatives of the country. "
            "Choose another "
            "place."
        ) % {"city": city.name, "country": state.index(Country.collection).records[city.country_id].name}
    return ""


def too_many() -> str:
    return _("Choose at most %(most)s places.") % {"most": MOST_PLACES}


def has_dossier(state: IndexState, places: list[Place]) -> bool:
    """Returns True if there is a page about these places."""
    return len(places) >= LEAST_PLACES and not problem(state, places)


def choice_url(places: Iterable[Place]) -> str:
    """Returns the URL of the page for choosing places, with these places already chosen."""
    return f"{reverse('together-choice')}?{urlencode([('place', segment(place)) for place in places])}"


def place_options(state: IndexState, chosen: Collection[str]) -> str:
    """All published places as options of a select field, except the places with the URL segments `chosen`.

    Cities are listed before countries. Cities and countries are sorted alphabetically.
    """
    kinds = [RecordChoices(kind.collection, state) for kind in FILTER_BY_KIND]
    inputs = [part for each in kinds for part in (each.labels, each.by_slug)]
    groups = state.memoize(
        ("place options", get_language()), tuple(inputs), lambda: [_options_of(each) for each in kinds]
    )
    return join_html(
        "",
        [
            fill_template(
                '<optgroup label="{}">{}</optgroup>',
                label,
                join_html("", [option for value, option in options.items() if value not in chosen]),
            )
            for label, options in zip((_("Cities"), _("Countries")), groups, strict=True)
        ],
    )


def _options_of(choices: RecordChoices) -> dict[str, str]:
    """Maps the URL segment of each place to its option, in alphabetical order."""
    places = sorted(choices.by_slug.values(), key=lambda place: choices.label_sort_keys[place.pk])
    return {
        segment(place): fill_template(
            '<option value="{}"{}>{}</option>', segment(place), lang_attribute(place.name), place.name
        )
        for place in places
    }


COLLECTIONS = (INITIATIVES.collection, Statement.collection)


@require_safe
@with_past_lists
def together(request: HttpRequest, places: str) -> HttpResponse:
    """Returns the dossier of the places in the URL.

    If the places are not in the order of their slugs, the view redirects to that order. If the places have no dossier,
    it redirects to the page for choosing places, which shows the reason.
    """
    with facet_index(*COLLECTIONS) as state:
        chosen = places_of(state, places.split("/"))
        if chosen is None:
            raise Http404(_("This record does not exist or is not published yet."))
        if not has_dossier(state, chosen):
            return redirect(choice_url(chosen))
        dossier = Dossier(state, chosen)
        if dossier.url != request.path:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(dossier.url + (f"?{query}" if query else ""))
        context = {
            "dossier": dossier,
            # Prints all footnotes, only their reports, or no footnotes.
            "notes": querystring.values(querystring.read(request)[0], NOTES),
            "cite_url": reverse("cite-together", args=["/".join(map(segment, dossier.places))]),
            "absolute_url": request.build_absolute_uri(dossier.url),
        }
        return render(request, "dashboard/dossier/page.html", context)


@require_safe
def choice(request: HttpRequest) -> HttpResponse:
    """Returns a form to choose two to four places. If enough places are chosen, redirects to their page.

    If one city and `SIMILAR` are chosen, redirects to the comparison with similar cities.
    """
    params, error = querystring.read(request)
    values = list(dict.fromkeys(querystring.values(params, "place")))
    with_similar = SIMILAR in values
    values = [value for value in values if value != SIMILAR]
    if len(values) > MAX_TEXTS:
        values, error = [], too_many()
    with facet_index(*COLLECTIONS) as state:
        found = {value: place_of(state, value) for value in values}
        chosen = distinct(place for place in found.values() if place)
        errors = [error] if error else []
        errors += [
            _("“%(value)s” was not found.") % {"value": shortened(value)}
            for value in found
            if not found[value]
        ]
        if not errors and has_dossier(state, chosen):
            return redirect(together_url(*chosen))
        if not errors and with_similar and len(chosen) == 1:
            if isinstance(chosen[0], City):
                return redirect("city-gaps", chosen[0].slug)
            errors.append(_("Only a city can be compared with similar cities. Choose a second place."))
        if reason := problem(state, chosen):
            errors.append(reason)
        # The form was submitted with an empty field, or with similar cities but without a city.
        elif not errors and (with_similar or "" in params.getlist("place")):
            errors.append(_("Choose two places, or a city and “similar cities”."))
        # These places stay selected when another place is added.
        kept = without_own_countries(chosen)[: MOST_PLACES - 1]
        context = {"places": kept, "errors": errors, "pairs": city_pairs(state)}
        return render(request, "dashboard/dossier/choice.html", context)
