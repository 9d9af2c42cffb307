"""Answering with a file that is made while it is sent."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from sco_cities.facet_index.refresh import facet_index
from sco_cities.listings import querystring
from sco_cities.listings.list_query import PAGE_PARAMETERS, ListQuery
from sco_cities.listings.listing import Listing

from .params import ExportParams, bad_request

# The first rows are few, so that they come at once; the others are read so many at a time.
FIRST, NEXT = 100, 1_000
# A file of so many records is made before it is sent: it can then be remembered, and asked for only if it has changed.
SHORT_LIST = 1_000


@dataclass(frozen=True)
class Export:
    """A list that is to be written: what is selected, how, and the addresses that the file names."""

    selection: ListQuery
    options: ExportParams
    request: HttpRequest
    moment: datetime.datetime

    @property
    def listing(self) -> Listing:
        return self.selection.listing

    @cached_property
    def count(self) -> int:
        """How many records the file has."""
        return self.selection.found.count()

    @property
    def address(self) -> str:
        """The absolute address of the file."""
        return self._absolute(self.request.path, querystring.without(self.selection.params, *PAGE_PARAMETERS))

    @property
    def page(self) -> str:
        """The absolute address of the page with the same filter and order."""
        return self._absolute(reverse(f"{self.listing.collection}-list"), self.selection.export_query)

    @property
    def home(self) -> str:
        """The absolute address of the site."""
        return self._absolute("/")

    def address_of(self, slug: str) -> str:
        """The absolute address of a record."""
        return f"{self._records}{slug}/"

    @cached_property
    def _records(self) -> str:
        # Looked up once, and not for each of a million.
        return self._absolute(reverse(f"{self.listing.collection}-list"))

    def _absolute(self, path: str, query: str = "") -> str:
        return self.request.build_absolute_uri(path) + query.removesuffix("?")

    def blocks(self, size: int = NEXT) -> Iterator[list[int]]:
        """The keys of all records in order: a few first, then as many as `size` at a time."""
        return blocks(self.selection.found.blocks(), FIRST, size)


def blocks(runs: Iterator[list[int]], first: int, size: int) -> Iterator[list[int]]:
    """The same keys in lists of `size`, the first of them shorter."""
    waiting: list[int] = []
    wanted = first
    for run in runs:
        waiting += run
        while len(waiting) >= wanted:
            yield waiting[:wanted]
            del waiting[:wanted]
            wanted = size
    if waiting:
        yield waiting


@dataclass(frozen=True)
class ExportFormat:
    """A form other than the page in which lists are given: the ending of its address, and what writes it.

    `takes` are the parameters that it has besides those of the list, `fits` says whether a list has it at all,
    and `problem` why the selected records cannot be given in it, or "". One that is timeless does not say when it
    was read.
    """

    ending: str
    content_type: str
    write: Callable[[Export], Iterator[bytes]]
    takes: tuple[str, ...] = ()
    fits: Callable[[Listing], bool] = lambda listing: True
    problem: Callable[[Export], str] = lambda export: ""
    is_timeless: bool = False


def streaming_response(request: HttpRequest, listing: Listing, form: ExportFormat) -> HttpResponse:
    """The list that `request` asks for in `form`, or status 400 with the reasons why not."""
    made = _made(request, listing, form)
    first = next(made)
    if isinstance(first, HttpResponse):
        return first
    kind = HttpResponse if first else StreamingHttpResponse
    response = kind(made, content_type=form.content_type)
    response["Content-Disposition"] = f'attachment; filename="{listing.collection}.{form.ending}"'
    return response


def _made(request: HttpRequest, listing: Listing, form: ExportFormat) -> Iterator:
    """First whether the file is better made at once, or the answer to a request that is wrong.

    Then the file, all of it read at one moment.
    """
    with facet_index(listing.collection) as state:
        selection = ListQuery.of(listing, state, request)
        options = ExportParams.read(selection, *form.takes)
        export = Export(selection, options, request, datetime.datetime.now(datetime.UTC))
        if not selection.errors and (problem := form.problem(export)):
            selection.errors[""] = [problem]
        if selection.errors:
            yield bad_request(selection)
            return
        yield form.is_timeless and export.count <= SHORT_LIST
        yield from form.write(export)
