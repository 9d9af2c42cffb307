"""The data packages that were loaded: what an update compares a new package with."""

from django.db import models
from django.utils import timezone

from sco_cities.history.models import ChangeSet
from sco_cities.history.revert_plan import RevertOutcome, outcomes

from .parse import Package

_LEFT_TO_REVERT = (RevertOutcome.REMOVED, RevertOutcome.RESTORED, RevertOutcome.CHANGED)


class LoadedPackageQuerySet(models.QuerySet):
    """Queries on loaded packages."""

    def in_effect(self, name: str) -> list["LoadedPackage"]:
        """The loaded packages of this name, newest first, without those whose changes were reverted."""
        packages = self.filter(name=name).select_related("change_set").defer("archive").order_by("-pk")
        return [package for package in packages if not package.is_reverted]

    def remember(self, package: Package, change_set: ChangeSet | None) -> None:
        """Stores a package that has just been loaded, unless it is the last one and has changed nothing."""
        last = self.filter(name=package.name).order_by("-pk").values_list("version", flat=True).first()
        if change_set or package.version != last:
            self.create(
                name=package.name, version=package.version, archive=package.archive, change_set=change_set
            )


class LoadedPackage(models.Model):
    """A data package as it was loaded, in a ZIP archive; `change_set` is None if it changed nothing."""

    name = models.TextField()
    version = models.CharField(max_length=40)
    archive = models.BinaryField()
    loaded_at = models.DateTimeField(default=timezone.now)
    change_set = models.ForeignKey(ChangeSet, models.SET_NULL, null=True, related_name="+")

    objects = LoadedPackageQuerySet.as_manager()

    class Meta:
        # Written by load_package only; it has no page in the admin.
        default_permissions = ()

    def __str__(self):
        return f"{self.name} {self.version}"

    @property
    def is_reverted(self) -> bool:
        """Whether its changes were reverted as a whole, not only those of some records or fields."""
        if self.change_set is None or not self.change_set.reverted_by.exists():
            return False
        counts = outcomes(self.change_set.revisions.all())
        return not any(counts[outcome] for outcome in _LEFT_TO_REVERT)
