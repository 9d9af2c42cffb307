"""Path converters of the site."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class PageNameConverter(StringConverter):
    """The last part of a page's address: it has no dot, as names of files have.

    So the address of a missing file is not redirected to that of a page: a program would take the page for the file.
    """

    regex = "[^/.]+"


register_converter(PageNameConverter, "page_name")
