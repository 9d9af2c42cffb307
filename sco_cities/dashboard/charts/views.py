"""The numbers of charts as CSV."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from initiatives.columns import INITIATIVES
from sco_cities.browse.exports.csv_cells import cells, lines
from sco_cities.browse.exports.csv_file import CSV, MARK
from sco_cities.browse.exports.options import BOM, LABELS, Options, bad_request
from sco_cities.browse.index.current import reading_surely
from sco_cities.browse.selection import Selection

from .charted import KIND, Charted
from .data import CHARTS


@require_safe
def csv(request: HttpRequest, name: str) -> HttpResponse:
    """A chart of the initiatives that the query string asks for, as it asks the list; 400 where it is wrong."""
    if name not in CHARTS:
        raise Http404
    with reading_surely(KIND) as state:
        selection = Selection.of(INITIATIVES, state, request)
        options = Options.read(selection, LABELS, BOM)
        if selection.errors:
            return bad_request(selection)
        table = CHARTS[name](Charted.of(selection))
    named = []
    for column in table:
        named.append((column.name, column.values))
        if options.labels and column.labels:
            named.append((f"{column.name}_names", column.labels))
    written = lines([[name, *cells(values)] for name, values in named])
    response = HttpResponse((MARK if options.bom else "") + written, content_type=CSV.content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
