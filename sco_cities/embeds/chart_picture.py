"""Charts as SVG and PNG files that contain the chart, its title, its source and the date."""

import datetime
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.formats import date_format

from sco_cities.core.html import without_links
from sco_cities.dashboard.charts.drawings import Drawing

from .share_picture import placed, png_of, text_lines, valid_xml

# Sizes in pixels. The PNG has twice this resolution.
WIDTH, MARGIN, ZOOM = 800, 40, 2
_TITLE_SIZE, _SIZE = 28, 13
_TITLE_LINE, _LINE = 36, 20


@dataclass(frozen=True)
class ChartPicture:
    """A chart drawing to save as a file, with the heading of the list it was drawn from, and its day."""

    drawing: Drawing
    heading: str
    day: datetime.date

    @property
    def svg(self) -> str:
        """The picture as SVG. It has no links, because a file is not served from a URL of the site."""
        width = WIDTH - 2 * MARGIN
        title = text_lines(self.drawing.title, width / _TITLE_SIZE, 4)
        notes = [
            line
            for note in (self.heading, self.drawing.source)
            for line in text_lines(note, width / _SIZE, 4)
            if line
        ]
        top = MARGIN + len(title) * _TITLE_LINE
        bottom = top + self.drawing.height + _TITLE_LINE
        context = {
            "width": WIDTH,
            "height": bottom + (len(notes) + 1) * _LINE + MARGIN - _LINE,
            "margin": MARGIN,
            "inner_width": width,
            "title_size": _TITLE_SIZE,
            "title": placed(title, MARGIN + _TITLE_SIZE - 8, _TITLE_LINE),
            "top": top,
            "drawing": self.drawing,
            "marks": without_links(self.drawing.marks),
            "notes": placed(notes, bottom, _LINE),
            "credit_y": bottom + len(notes) * _LINE,
            "day": date_format(self.day, "DATE_FORMAT"),
        }
        return valid_xml(render_to_string("embeds/chart.svg", context))

    def png(self) -> bytes:
        """The picture as PNG. Raises RendererBusy if other pictures take too long."""
        return png_of(self.svg, ZOOM)
