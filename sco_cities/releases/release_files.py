"""The files of a release: what each has, and its media type."""

from django.utils.translation import gettext_lazy as _

from . import package_file, release_database

# By name, in the order of pages; the manifest has them all.
DESCRIPTIONS = {
    package_file.NAME: _("All tables as CSV, with datapackage.json (Data Package 2.0)"),
    release_database.NAME: _("All tables as an SQLite database, with flat tables as views"),
    "initiatives.csv": _("A row for each initiative, as in the export"),
    "statements.csv": _("A row for each statement, as in the export"),
    "ties.csv": _("A row for each pair of cities in each initiative, as in the file of the site"),
    "evidence.csv": _("A row for each footnote, with the passage and its report"),
    "columns.csv": _("What each column means"),
    "metadata.json": _("Titles and descriptions for Datasette"),
    package_file.README: _("Contents, licence, and how to cite"),
}
# By the ending of the name.
MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".sqlite3": "application/vnd.sqlite3",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}
