"""Slugs of new records without one: made from the name, as the Add form makes them, for many rows at once."""

from collections import Counter
from collections.abc import Iterable

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType

from sco_cities.curation.admin.auto_slug import slug_from
from sco_cities.datapackage.natural_keys import batches
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import FormerSlug

# Numbers that are looked up together for a slug in use.
_NUMBERS = 20


class NewSlugs:
    """Gives unused slugs to new records of a model: neither stored, nor a former slug, nor given before."""

    def __init__(self, model: type[Record]):
        self._model = model
        self.given: set[str] = set()
        # The columns that slugs are made from.
        self.sources: tuple[str, ...] = admin.site.get_model_admin(model).slug_from

    def base(self, cells: dict[str, str]) -> str:
        """The slug that the cells of a record give, without a number; "" if they have no letter or digit."""
        return slug_from(" ".join(filter(None, (cells.get(name, "") for name in self.sources))))

    def give(self, bases: Iterable[str]) -> list[str]:
        """A slug for each of `bases`, numbered if needed; "" for "". Two queries for 900 slugs to look up."""
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
        taken: set[str] = set()
        former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(self._model))
        for batch in batches(slugs - self.given - {""}):
            taken.update(self._model._base_manager.filter(slug__in=batch).values_list("slug", flat=True))
            taken.update(former.filter(slug__in=batch).values_list("slug", flat=True))
        return taken
