"""Builds the slugs of new records, and the countries, cities and organisations that answers add."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType

from sco_cities.cities.models import ScoRole
from sco_cities.curation.admin.auto_slug import slug_from
from sco_cities.datapackage.natural_keys import COUNTRIES, RECORD_MODELS
from sco_cities.db.pk_queries import rows_among
from sco_cities.names import gazetteer
from sco_cities.names.letters import plain
from sco_cities.names.romanization import by_language
from sco_cities.sources.base_models import PublicationState, Record
from sco_cities.sources.models import FormerSlug

from .models import HERE, NEW

# Number of numeric suffixes looked up in one query if a slug is in use.
_NUMBERS = 20


class NewRecords:
    """The records that answers add. `values` contains their data package cells by kind and slug.

    The values of a city are read from the gazetteer, because a city needs coordinates. The values of a country are read
    from CLDR. In `values`, the key of a country is its code, as in cells. An organisation gets the name in the file.
    If the answer is HERE, each place in the rows gets a separate organisation with this place.
    """

    def __init__(self):
        self.values: dict[tuple[str, str], dict[str, str]] = {}
        self._slugs: dict[tuple[str, ...], str] = {}
        self._new_slugs: dict[str, NewSlugs] = {}

    def slug(self, kind: str, word: str, answer: str, places: Mapping[str, Collection[str]]) -> str | None:
        """Returns the slug of the record that an answer adds, or None if the answer adds no record."""
        key, values = (kind, answer), {}
        if kind == COUNTRIES:
            if values := gazetteer.country_values(answer.removeprefix(NEW)):
                more = {"sco_role": ScoRole.NONE.value, "state": PublicationState.DRAFT.value}
                self.values[kind, values["code"]] = values | more
            return values.get("code")
        if kind == "cities":
            values = gazetteer.values_of([answer.removeprefix(NEW)]).get(answer.removeprefix(NEW), {})
        elif kind == "organisations" and answer in (NEW, HERE):
            here = {name: next(iter(its)) for name, its in places.items() if answer == HERE and len(its) == 1}
            key = (kind, plain(word), *here.values())
            values = {f"name_{language}": text for language, text in by_language(word).items()} | here
        if not values:
            return None
        if key not in self._slugs:
            new_slugs = self._new_slugs.setdefault(kind, NewSlugs(RECORD_MODELS[kind]))
            (self._slugs[key],) = new_slugs.give([new_slugs.base(values)])
            values = values | {"slug": self._slugs[key], "state": PublicationState.DRAFT.value}
            if kind == "cities":
                values["country"] = values["country"].upper()
            else:
                values["kind"] = RECORD_MODELS[kind]._meta.get_field("kind").default.value
            self.values[kind, values["slug"]] = values
        return self._slugs[key]


class NewSlugs:
    """Assigns unused slugs to new records of a model. Stored, former and assigned slugs are in use."""

    def __init__(self, model: type[Record]):
        self._model = model
        self.given: set[str] = set()
        # The columns used to generate a slug.
        self.sources: tuple[str, ...] = admin.site.get_model_admin(model).slug_from

    def base(self, cells: dict[str, str]) -> str:
        """Returns a record's slug without a number, or "" if the cells contain no letters or digits."""
        return slug_from(" ".join(filter(None, (cells.get(name, "") for name in self.sources))))

    def give(self, bases: Iterable[str]) -> list[str]:
        """Returns a slug for each of `bases`, numbered if necessary, and "" for "". Runs two queries per 900 slugs."""
        bases = list(bases)
        repeated = {base for base, number in Counter(bases).items() if number > 1}
        taken = self._taken(set(bases))
        numbered = (repeated | (taken | self.given) & set(bases)) - {""}
        taken |= self._taken({f"{base}-{n}" for base in numbered for n in range(2, _NUMBERS + 1)})
        looked_up = {base: _NUMBERS if base in numbered else 1 for base in bases}
        slugs = []
        for base in bases:
            slug, number = base, 1
            while slug and (slug in taken or slug in self.given):
                number += 1
                if number > looked_up[base]:
                    looked_up[base] *= _NUMBERS
                    taken |= self._taken({f"{base}-{n}" for n in range(number, looked_up[base] + 1)})
                slug = f"{base}-{number}"
            self.given.add(slug)
            slugs.append(slug)
        return slugs

    def _taken(self, slugs: set[str]) -> set[str]:
        unknown = slugs - self.given - {""}
        former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(self._model))
        return {
            slug
            for stored in (self._model._base_manager, former)
            for slug in rows_among(stored.values_list("slug", flat=True), "slug", unknown)
        }
