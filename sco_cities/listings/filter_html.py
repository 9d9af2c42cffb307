"""Parts of a list's page of which there are hundreds, as HTML.

The 228 options of the list of initiatives took 5.8 ms in a template, and take 0.2 ms here.
"""

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sco_cities.i18n.languages import html_language
from sco_cities.i18n.numbers import GroupedInt, grouping_formatter
from sco_cities.i18n.punctuation import colon

from .fields import NOT
from .filter_options import FilterPanel
from .list_page import MAX_CHIPS, ListPage


def lang_attribute(text: str) -> SafeString:
    """The lang attribute of a text that knows its language, where that is not the page's."""
    language = getattr(text, "lang", "")
    if not language or language == html_language(get_language() or "en"):
        return SafeString("")
    return fill_template(' lang="{}"', language)


# On a desk a title of so many letters fits into the two lines that a row has for it; Chinese characters are twice as
# wide.
_FITS = 48
_WIDE = re.compile("[\u2e80-\uffef]")


def long_attribute(title: str) -> SafeString:
    """An attribute of a title that may be too long for its lines, so that it is cut: 8 ms for fifty if all had it."""
    is_long = len(title) > _FITS // 2 and len(title) + len(_WIDE.findall(title)) > _FITS
    return SafeString(" data-long" if is_long else "")


def fill_template(pattern: str, *parts: str, **named: str) -> SafeString:
    """`pattern` with the parts in its places, each escaped unless it is HTML: a quicker `format_html`."""
    escaped = {name: _escaped(part) for name, part in named.items()}
    return SafeString(pattern.format(*map(_escaped, parts), **escaped))


def join_html(separator: str, parts: Iterable[str]) -> SafeString:
    """The parts with `separator` between them, escaped in the same way."""
    return SafeString(_escaped(separator).join(map(_escaped, parts)))


def _escaped(part: str) -> str:
    return part if isinstance(part, SafeString) else html.escape(part)


_PANEL = """
<details class="options" id="filter-{name}"{open}{waiting}>
  <summary>{label}{chosen}</summary>
  {errors}
  {inside}
</details>"""

_INSIDE = """<fieldset{described}>
    <legend class="hidden">{label}</legend>
    {find}
    <div{long} id="list-{name}">{options}
    {more}</div>
  </fieldset>"""

_WAITING = '<fieldset aria-busy="true"><legend class="hidden">{}</legend>…</fieldset>'


def panel(page: ListPage, facet: FilterPanel, path: str, *, is_open: bool) -> SafeString:
    """A filter with options: its label, what is wrong with it, a field to find options by, and the options.

    One that waits for its options has all results sent anew when it is opened: where a record has changed meanwhile,
    its numbers alone would be newer than the rows beside them.
    """
    errors = join_html("", [fill_template("<li>{}</li>", reason) for reason in facet.errors])
    return fill_template(
        _PANEL,
        name=facet.name,
        label=str(facet.label),
        open=fill_template(" open") if is_open or errors else "",
        waiting=_htmx_attributes(path + page.query) if facet.waits else "",
        chosen=fill_template(' <span class="n">{}</span>', str(len(facet.values))) if facet.is_active else "",
        errors=fill_template('<ul class="field-errors" id="wrong-{}">{}</ul>', facet.name, errors)
        if errors
        else "",
        inside=fill_template(_WAITING, str(facet.label)) if facet.waits else _inside(page, facet, path),
    )


def _htmx_attributes(address: str) -> SafeString:
    """What has the results sent when a panel is opened, unless others are on their way already."""
    return fill_template(
        ' data-hx-get="{}" data-hx-trigger="toggle once" data-hx-push-url="false" data-hx-sync="#results:drop"',
        address,
    )


def _inside(page: ListPage, facet: FilterPanel, path: str) -> SafeString:
    name, everything = facet.name, path + page.all_link(facet.name) if facet.more else ""
    return fill_template(
        _INSIDE,
        name=name,
        label=str(facet.label),
        described=fill_template(' aria-describedby="wrong-{}"', name) if facet.errors else "",
        find=_search_box(name, str(facet.label), everything) if facet.is_long else "",
        long=fill_template(' class="long"') if facet.is_long else "",
        options=options(page, facet, path),
        more=_more(name, facet.more, everything) if facet.more else "",
    )


def _search_box(name: str, label: str, everything: str) -> SafeString:
    """A field that shows the options with what is typed; the first time it has `everything` sent."""
    sending = fill_template(
        ' data-hx-get="{}" data-hx-trigger="all" data-hx-target="#list-{}" data-hx-push-url="false"'
        ' data-hx-sync="this:drop" data-hx-indicator="this"',
        everything,
        name,
    )
    return fill_template(
        '<input type="search" class="find scripted" id="find-{}" autocomplete="off" aria-label="{}"'
        ' placeholder="{}"{}>',
        name,
        _("Find in the list: %(list)s") % {"list": label},
        _("Find"),
        sending if everything else "",
    )


def _more(name: str, more: int, everything: str) -> SafeString:
    """The way to all options of a long list."""
    return fill_template(
        '<p class="more"><a href="{}#filter-{}" data-all rel="nofollow" data-boost="false">{}</a></p>',
        everything,
        name,
        ngettext("%(n)s more", "%(n)s more", more) % {"n": GroupedInt(more)},
    )


def options(page: ListPage, facet: FilterPanel, path: str) -> SafeString:
    """The options of a filter: each with a box, its count, and a way to leave it out.

    The boxes belong to the form around them, also those of values that are left out or not on offer. A value that
    is not chosen is left out by a button of that form, one that is chosen by a link: the form would keep both.
    """
    rows = "".join(_rows(page, facet, path)) + "".join(_unknown(facet.name, value) for value in facet.unknown)
    return mark_safe(f"<ul>{rows}</ul>")  # noqa: S308 - every value and label is escaped


def _rows(page: ListPage, facet: FilterPanel, path: str) -> Iterator[str]:
    name, language, links = facet.name, get_language(), MAX_CHIPS
    grouped = grouping_formatter(language)
    for option in facet.options:
        value, label = option.value, option.label
        box, text, unwanted, button, leave_out = _pieces(
            name, value, label, getattr(label, "lang", ""), language
        )
        count = "" if option.count is None else f'<span class="n">{grouped(option.count)}</span>'
        if option.is_unwanted:
            yield f'<li class="unwanted">{unwanted}{count}</label></li>'
        if option.is_wanted:
            link = ""
            if links and not option.is_unwanted:
                links -= 1
                address = escape(path + page.without_link(name, value))
                link = f'<a href="{address}" rel="nofollow"{leave_out}</a>'
            yield f"<li>{box} checked{text}{count}</label>{link}</li>"
        elif not option.is_unwanted:
            nothing = ' class="none"' if option.count == 0 else ""
            yield f"<li{nothing}>{box}{text}{count}</label>{button}</li>"


# In each language a page has a few hundred of them, the next page has the same.
@lru_cache(maxsize=16_384)
def _pieces(name: str, value: str, label: str, lang: str, language: str | None) -> tuple[str, ...]:
    """Of an option: its box, its label, both where it is left out, what leaves it out: a button, the end of a link."""
    value, lang, label = escape(value), lang_attribute(label), escape(label)
    is_not = escape(_("Exclude"))
    said = escape(_("Exclude: %(value)s")) % {"value": label}
    leave_out = f' class="not" aria-label="{said}">{is_not}'
    start = f'<label><input type="checkbox" name="{name}" value="'
    return (
        f'{start}{value}"',
        f"><span{lang}>{label}</span>",
        f'{start}{NOT}{value}" checked><span class="hidden">{is_not} </span><s{lang}>{label}</s>',
        f'<button name="{name}" value="{NOT}{value}"{leave_out}</button>',
        leave_out,
    )


def _unknown(name: str, value: str) -> str:
    value = escape(value)
    box = f'<input type="checkbox" name="{name}" value="{value}" checked>'
    return f'<li class="wrong"><label>{box}<span>{value}</span></label></li>'


def bars(page: ListPage, path: str) -> SafeString:
    """The histogram of years: each bar a link to the list of its years, with its number as text."""
    return mark_safe("".join(_bars(page, path)))  # noqa: S308 - labels and links are escaped


def _bars(page: ListPage, path: str) -> Iterator[str]:
    # The same for all forty of them.
    grouped, between = grouping_formatter(get_language()), colon()
    for bar in page.years:
        said = html.escape(f"{bar.label}{between}{grouped(bar.count)}")
        address = html.escape(path + page.years_link(bar.first, bar.last))
        kind = " chosen" * bar.is_chosen + " several" * (bar.first != bar.last)
        attribute = f' class="{kind.strip()}"' if kind else ""
        # Seen at all, however few they are.
        height = max(bar.share * 100, 3) if bar.count else 0
        rect = f'<rect width="100%" y="{100 - height:.4g}%" height="{height:.4g}%"/>'
        yield (
            f'<li{attribute}><a href="{address}" title="{said}" data-years="{bar.first}-{bar.last}" rel="nofollow">'
            f'<span class="hidden">{said}</span>'
            f'<svg aria-hidden="true">{rect}</svg></a></li>'
        )
