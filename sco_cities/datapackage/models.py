"""Stores the loaded data packages. Updates compare a new package with the last loaded package."""

from django.db import models
from django.utils import timezone

from sco_cities.changes.revert_plan import is_reverted
from sco_cities.history.models import ChangeSet, ChangeSource

from .parse import Package

# The recorded version of packages loaded before the site stored versions.
UNKNOWN = "unknown"


class LoadedPackageQuerySet(models.QuerySet):
    """Queries on loaded packages."""

    def newest(self) -> "LoadedPackage | None":
        """Returns the last loaded package, ignoring packages whose changes were reverted."""
        packages = self.select_related("change_set").defer("archive").order_by("-pk")
        return next((package for package in packages if not package.is_reverted), None)

    def remember(self, package: Package, change_set: ChangeSet | None) -> None:
        """Stores a package that has just been loaded, with the accepted data in its archive.

        For a dump, only the version of the underlying package is recorded, because the dump's rows contain changes by
        curators.
        """
        version = package.based_on or package.version
        last = self.filter(name=package.name).order_by("-pk").values_list("version", flat=True).first()
        if version != last or (change_set and not package.based_on):
            archive = b"" if package.based_on else package.archive
            self.create(name=package.name, version=version, archive=archive, change_set=change_set)

    def base_of(self, version: str) -> str:
        """Returns the version that a dump with this version is based on, or "" for a loaded or missing package."""
        if self.filter(version=version).exists():
            return ""
        if newest := self.newest():
            return newest.version
        return UNKNOWN if ChangeSet.objects.filter(source=ChangeSource.PACKAGE).exists() else ""


class LoadedPackage(models.Model):
    """A loaded data package in a ZIP archive. `change_set` is None if the load changed nothing.

    The archive also contains the rows of the previous package that the load left unchanged. The archive is empty if a
    dump based on the package was loaded.
    """

    name = models.TextField()
    version = models.CharField(max_length=40)
    archive = models.BinaryField()
    loaded_at = models.DateTimeField(default=timezone.now)
    change_set = models.ForeignKey(ChangeSet, models.SET_NULL, null=True, related_name="+")

    objects = LoadedPackageQuerySet.as_manager()

    class Meta:
        # There is no admin page, because only load_package writes these rows.
        default_permissions = ()

    def __str__(self):
        return f"{self.name} {self.version}"

    @property
    def is_reverted(self) -> bool:
        """True if all changes of the load were reverted, not only the changes to some records or fields."""
        return self.change_set is not None and is_reverted(self.change_set)
