"""The ticks in the rows of a preview: what a file may only change if a curator says so."""

from dataclasses import replace

from django.http import QueryDict

from sco_cities.curation.admin.autocomplete import is_key

from .import_options import ImportOptions
from .models import ImportJob
from .parser.limits import MAX_ROWS
from .row_result import MISSING_NAMES


def ticked(job: ImportJob, data: QueryDict) -> ImportOptions:
    """The options of an import with the ticks in the rows that a page has shown; the ticks of other rows stay."""
    options = ImportOptions.from_json(job.options)
    removed = dict(options.removed_names)
    numbers = {int(text) for text in data.getlist("shown") if is_key(text)}
    numbers = {number for number in numbers if number <= MAX_ROWS}
    for row in job.row_results.filter(number__in=numbers):
        names = row.notes.get(MISSING_NAMES, {})
        chosen = names if "all_shown" in data else data.getlist(f"removed-{row.number}")
        removed[row.slug] = [name for name in names if name in chosen]
    return replace(options, removed_names={slug: names for slug, names in removed.items() if names})
