"""What an update writes of a package: all that it has changed, or less."""

from typing import Protocol

from sco_cities.history.models import ChangeSource

from .parse import Package
from .three_way_merge import MergedPackage


class MergeRules(Protocol):
    """What an update does otherwise than the shipped package; see `other_site`."""

    source: ChangeSource

    def prepare(self, new: Package, stored: Package) -> None:
        """Changes the new package before it is merged."""

    def restrict(self, merged: MergedPackage, new: Package, stored: Package) -> None:
        """Leaves out some of what would be written."""


class OwnPackage:
    """The rules of the package that belongs to this site: what it changed is written."""

    source = ChangeSource.PACKAGE

    def prepare(self, new: Package, stored: Package) -> None:
        """Nothing."""

    def restrict(self, merged: MergedPackage, new: Package, stored: Package) -> None:
        """Nothing."""
