"""Charts as SVG and PNG files that contain the chart, its title, its source and the date."""

import datetime

from django.template.loader import render_to_string
from django.utils.formats import date_format

from sco_cities.core.html import without_links
from sco_cities.dashboard.charts.drawings import Drawing

from .share_picture import placed, text_lines, valid_xml

# Sizes in pixels. The PNG has twice this resolution.
WIDTH, MARGIN, ZOOM = 800, 40, 2
_TITLE_SIZE, _SIZE = 28, 13
_TITLE_LINE, _LINE = 36, 20


def chart_svg(drawing: Drawing, heading: str, day: datetime.date) -> str:
    """A chart as SVG, with the heading of its list and the date.

    It has no links, because relative links do not work in a file.
    """
    width = WIDTH - 2 * MARGIN
    title = text_lines(drawing.title, width / _TITLE_SIZE, 4)
    notes = [
        line for note in (heading, drawing.source) for line in text_lines(note, width / _SIZE, 4) if line
    ]
    top = MARGIN + len(title) * _TITLE_LINE
    bottom = top + drawing.height + _TITLE_LINE
    context = {
        "width": WIDTH,
        "height": bottom + (len(notes) + 1) * _LINE + MARGIN - _LINE,
        "margin": MARGIN,
        "inner_width": width,
        "title_size": _TITLE_SIZE,
        "title": placed(title, MARGIN + _TITLE_SIZE - 8, _TITLE_LINE),
        "top": top,
        "drawing": drawing,
        "marks": without_links(drawing.marks),
        "notes": placed(notes, bottom, _LINE),
        "credit_y": bottom + len(notes) * _LINE,
        "day": date_format(day, "DATE_FORMAT"),
    }
    return valid_xml(render_to_string("embeds/chart.svg", context))
