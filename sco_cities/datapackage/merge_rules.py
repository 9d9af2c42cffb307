"""Selects the changes of a package that an update writes."""

from sco_cities.history.models import ChangeSource

from .parse import Package
from .three_way_merge import MergedPackage


class MergeRules:
    """The rules for this site's own package, whose changes are all written. See `other_site` for other packages."""

    source = ChangeSource.PACKAGE

    def prepare(self, new: Package, stored: Package) -> None:
        """Changes the new package before it is merged. Does nothing by default."""

    def restrict(self, merged: MergedPackage, new: Package, stored: Package) -> None:
        """Removes changes that must not be written. Does nothing by default."""
