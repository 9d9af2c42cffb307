"""The page about several places, and the page for choosing them."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from delegates.models import Statement
from initiatives.columns import INITIATIVES
from sco_cities.cities.models import City, segment, together_url
from sco_cities.core.exceptions import shortened
from sco_cities.dashboard.home import city_pairs
from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring
from sco_cities.listings.list_query import NOTES
from sco_cities.listings.registered_functions import with_past_lists

from .page import Dossier
from .places import (
    MAX_TEXTS,
    SIMILAR,
    choice_url,
    distinct,
    has_dossier,
    place_of,
    places_of,
    problem,
    to_keep,
    too_many,
)

COLLECTIONS = (INITIATIVES.collection, Statement.collection)


@require_safe
@with_past_lists
def together(request: HttpRequest, places: str) -> HttpResponse:
    """The dossier of the places in the URL. Places in another order redirect to the order of their slugs.

    If the places have no dossier, redirects to the selection page, which explains why.
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
            # Controls whether all footnotes, none, or only their reports are printed.
            "notes": querystring.values(querystring.read(request)[0], NOTES),
            "cite_url": reverse("cite-together", args=["/".join(map(segment, dossier.places))]),
            "absolute_url": request.build_absolute_uri(dossier.url),
        }
        return render(request, "dashboard/dossier/page.html", context)


@require_safe
def choice(request: HttpRequest) -> HttpResponse:
    """A form to choose two to four places. If enough are chosen, redirects to their page.

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
        context = {"places": to_keep(chosen), "errors": errors, "pairs": city_pairs(state)}
        return render(request, "dashboard/dossier/choice.html", context)
