"""Fast changelists with formatted columns, filters and search in any script. They tolerate invalid input."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import DataError, router
from django.db.models import Case, Count, F, Model, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, StrIndex
from django.db.models.lookups import GreaterThan
from django.http import HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.core import edtf, localized_names, tokenizer
from sco_cities.core.fields import EDTFField
from sco_cities.db.pk_queries import pk_in
from sco_cities.facet_index import registry
from sco_cities.facet_index.dimensions import Values
from sco_cities.facet_index.pk_bitmaps import KeyArray
from sco_cities.facet_index.refresh import facet_index
from sco_cities.i18n.collation import collation_key
from sco_cities.i18n.languages import active_language
from sco_cities.sources import evidence_coverage
from sco_cities.sources.base_models import Record
from sco_cities.sources.facets import DISPUTED, EvidenceDimension
from sco_cities.sources.models import Evidence, Stance


def contains_word(word: str, texts: str = "search_text") -> Q:
    """Returns a condition for records whose search text (column `texts`) contains `word`, in any script."""
    tokens = [token for part in tokenizer.split(word) for token in tokenizer.query_tokens(part)]
    if not tokens:
        return Q(pk__in=())
    # StrIndex can be used because both sides are case-folded. LIKE would take twice as long.
    return Q(*(Q(GreaterThan(StrIndex(F(texts), Value(token)), 0)) for token in tokens))


def match_rank(term: str, prefix: str = "") -> Case:
    """Ranks records by match quality. Exact names come first, then names that begin with the term, then other matches.

    `prefix` is the lookup path to the record, such as "report__".
    """
    whole = Concat(Value(" "), F(f"{prefix}search_text"), Value(" "), output_field=TextField())
    name = tokenizer.name_token(tokenizer.split(term))

    def has(text: str) -> Q:
        return Q(GreaterThan(StrIndex(whole, Value(text)), 0))

    exact = Q(**{f"{prefix}slug": localized_names.fold(term)}) | has(f" {name} ")
    return Case(When(exact, then=0), When(has(f" {name}"), then=1), default=2)


def column(model: type[Model], name: str) -> str | Callable:
    """Returns the `list_display` entry for the field `name`. EDTF dates are formatted but sorted as stored."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    if not isinstance(field, EDTFField):
        return name

    @admin.display(description=field.verbose_name, ordering=name)
    def display(record) -> str | None:
        text = getattr(record, name)
        return edtf.format_date(text) if text else None

    # Django derives the CSS class of the cells from the function's name.
    display.__name__ = name
    return display


def format_timestamp(when) -> str:
    """Formats a date and time for narrow columns. The text wraps only between the date and the time."""
    when = localtime(when)
    day = date_format(when, "SHORT_DATE_FORMAT").replace(" ", "\xa0")
    return format_html(
        '<time datetime="{}">{} {}</time>', when.isoformat(timespec="seconds"), day, date_format(when, "H:i")
    )


class AlphabeticalFilter(admin.RelatedFieldListFilter):
    """A filter that sorts its choices by name in the curator's language instead of by slug."""

    def field_choices(self, field, request, model_admin):
        language = active_language()
        choices = super().field_choices(field, request, model_admin)
        return sorted(choices, key=lambda choice: collation_key(choice[1], language))


# Maximum words in a search. Each word adds a condition, and databases limit the depth of an expression.
MAX_WORDS = 30


class RobustChangeList(ChangeList):
    """A changelist that shows an error for filter values the database rejects. Its title is the model's plural name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    def get_results(self, request):
        try:
            self.read_page(request)
        except (DataError, OverflowError, ValueError) as error:
            # Django handles this exception by showing a message and the unfiltered list.
            raise IncorrectLookupParameters(error) from error

    def read_page(self, request) -> None:
        """Counts the results and loads the rows of one page. Subclasses override it."""
        super().get_results(request)


class RobustChangelistMixin:
    """A ModelAdmin whose changelist and actions tolerate invalid input. Its form focuses the first field, or the first
    field with an error.
    """

    # Django's facet counts would run a query over all rows for each filter.
    show_facets = ShowFacets.NEVER

    @staticmethod
    def split_search(term: str) -> list[str]:
        """Splits a search term into case-folded words."""
        return localized_names.fold(term).split()

    def get_changelist(self, request, **kwargs):
        return RobustChangeList

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        # Otherwise, Django's script focuses the first button above a new form, and Enter would save a blank form.
        form = context["adminform"].form
        names = [name for name in flatten_fieldsets(self.get_fieldsets(request, obj)) if name in form.fields]
        for name in [*filter(form.errors.get, names), *names][:1]:
            widget = form.fields[name].widget
            getattr(widget, "widget", widget).attrs["autofocus"] = True
        return super().render_change_form(request, context, add, change, form_url, obj)

    def lookup_allowed(self, lookup, value, request=None):
        """Rejects regular expressions. Their run time is unbounded, and invalid expressions fail in the database."""
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def to_field_allowed(self, request, to_field):
        """Allows only concrete fields, because Django's check raises an exception for other names."""
        is_column = to_field in {field.name for field in self.opts.concrete_fields}
        return is_column and super().to_field_allowed(request, to_field)

    def response_action(self, request, queryset, **options):
        """Runs an action on the selected rows if all submitted primary keys are valid."""
        if all(is_key(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, queryset, **options)
        messages.error(request, _("The selected items are not in this list. Select them again."))
        return HttpResponseRedirect(request.get_full_path())

    def get_search_results(self, request, queryset, search_term):
        """Filters `queryset` by `search_condition(word)` for each word. Too many words cause an error and an empty
        result.
        """
        words = self.split_search(search_term)
        if len(words) > MAX_WORDS:
            messages.error(
                request,
                _("You entered %(count)s words. Search for at most %(most)s.")
                % {"most": MAX_WORDS, "count": len(words)},
            )
            return queryset.none(), False
        for word in words:
            queryset = queryset.filter(self.search_condition(word))
        return queryset, False


class PkPaginator(Paginator):
    """A paginator that counts primary keys, because DISTINCT (from many-to-many filters) would compare all columns."""

    @cached_property
    def count(self) -> int:
        known_count = getattr(self.object_list, "known_count", None)
        if known_count is not None:
            return known_count
        return self.object_list.order_by().values("pk").count()


class RecordChangeList(RobustChangeList):
    """A changelist that first selects the primary keys of a page and then loads the records with these keys.

    Filtering, sorting and high page numbers process many more rows than a page shows. Loading the texts and related
    records of all these rows would be slow. Each record gets the attributes `footnotes` and `disputes` (counts) and
    `unsourced` (field keys).
    """

    def read_page(self, request) -> None:
        if self.query or self.queryset.query.distinct:
            self.queryset = self._limited_to_keys(self.queryset)
        super().read_page(request)
        self.result_list = self._records(list(self.result_list.values_list("pk", flat=True)))
        unsourced = evidence_coverage.unsourced_fields(self.result_list)
        for record in self.result_list:
            record.unsourced = unsourced[record.pk]

    def _limited_to_keys(self, rows: QuerySet) -> QuerySet:
        """Selects `rows` by primary key in the same order, and sets the number of rows as `known_count`.

        A search reads the texts of all records, and DISTINCT compares all results. Selecting by key avoids repeating
        this work for the count and the page.
        """
        unordered = rows.order_by()
        # A bitmap contains each key only once, so DISTINCT is not needed.
        unordered.query.distinct = False
        # Django runs no query and returns None if a condition can never be true.
        keys = unordered.aggregate(keys=KeyArray("pk"))["keys"] or BitMap()
        limited = self.root_queryset.filter(pk_in(keys)).order_by(*rows.query.order_by)
        limited.known_count = len(keys)
        return limited

    def _records(self, keys: list[int]) -> list[Record]:
        """Loads the records of a page, in the order of `keys`."""
        if not keys:
            return []
        evidence = (
            Evidence.objects.for_records(self.model)
            .filter(object_id=OuterRef("pk"))
            .order_by()
            .values("object_id")
            .annotate(number=Count("pk"))
            .values("number")
        )
        records = self.root_queryset.annotate(
            footnotes=Coalesce(Subquery(evidence), 0),
            disputes=Coalesce(Subquery(evidence.filter(stance=Stance.DIFFERS)), 0),
        )  # fmt: skip
        by_pk = self.apply_select_related(records.order_by().filter(pk__in=keys)).in_bulk()
        return [by_pk[key] for key in keys if key in by_pk]


class EvidenceQualityFilter(admin.SimpleListFilter):
    """Filters by the number of published reports that support a record, or by disputed values."""

    title = gettext_lazy("evidence")
    parameter_name = "evidence"

    def lookups(self, request, model_admin):
        return [
            ("none", _("no report")),
            ("single", _("one report")),
            ("several", _("two or more reports")),
            ("disputed", _("reports differ")),
        ]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        levels = dict(evidence_levels(queryset.model))
        disputed, single = levels.pop(DISPUTED, BitMap()), levels.get(1, BitMap())
        supported = BitMap.union(BitMap(), *levels.values())
        if self.value() == "none":
            return queryset.exclude(pk_in(supported))
        keys = {"single": single, "several": supported - single, "disputed": disputed}.get(self.value())
        return queryset if keys is None else queryset.filter(pk_in(keys))


def evidence_levels(model: type[Record]) -> Values:
    """Maps each number of supporting published reports to a bitmap of records, and DISPUTED to the disputed records.

    The bitmaps come from the facet index of the public lists. For kinds of record without a public list, the bitmaps
    are read from the database.
    """
    dimension = EvidenceDimension(model)
    if dimension.name in {
        each.name for kind in registry.indexed_models() if kind.model is model for each in kind.dimensions
    }:
        with facet_index(model.collection) as state:
            return state.dimension(model.collection, dimension.name)
    return dimension.read(router.db_for_read(model))
