"""What an update writes of a package: all that it has changed, or less."""

from sco_cities.history.models import ChangeSource

from .parse import Package
from .three_way_merge import MergedPackage


class MergeRules:
    """The rules of the package that belongs to this site: what it changed is written. See `other_site` for others."""

    source = ChangeSource.PACKAGE

    def prepare(self, new: Package, stored: Package) -> None:
        """Changes the new package before it is merged."""

    def restrict(self, merged: MergedPackage, new: Package, stored: Package) -> None:
        """Leaves out some of what would be written."""
