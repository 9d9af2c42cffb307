"""Admin of child rows (footnotes, figures, attendances …): listed here, edited on the page of their record."""

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.admin_urls import change_url
from sco_cities.core.read_only_admin import ReadOnlyAdminMixin
from sco_cities.curation.admin.changelist import PkChangeList, PkPaginator, RobustChangelistMixin, column
from sco_cities.curation.admin.search import contains_word, search_words
from sco_cities.curation.admin.translations import side_by_side


class ChildAdmin(ReadOnlyAdminMixin, RobustChangelistMixin, admin.ModelAdmin):
    """A read-only, searchable changelist; each row links to the page of its record, the only place to edit it.

    Editing a child row separately would bypass the check that a published record has evidence for every value.
    `parent_field` names the foreign key to the record, `columns` the columns of the list, `details` the fields
    on the page of a child row.
    """

    parent_field = "record"
    details: tuple[str, ...] = ()
    columns: tuple[str, ...] = ("__str__",)
    list_per_page = 50
    paginator = PkPaginator
    show_full_result_count = False

    def has_module_permission(self, request):
        # The start page and the sidebar leave these lists out: each record shows its own rows.
        return False

    def get_changelist(self, request, **kwargs):
        return PkChangeList

    def get_list_display(self, request):
        first, *others = (column(self.model, name) for name in self.columns)
        return (first, "parent_link", *others)

    def get_search_results(self, request, queryset, search_term):
        def word_condition(word):
            condition = Q(pk__in=())
            for field in self.search_fields:
                relation, _between, texts = field.rpartition("__")
                if texts == "search_text":
                    condition |= self.related_condition(relation, contains_word(word))
                else:
                    condition |= Q(**{f"{field}__icontains": word})
            return condition

        return self.filter_by_words(request, queryset, search_words(search_term), word_condition), False

    def related_condition(self, relation: str, condition: Q) -> Q:
        """The condition that the record related by `relation` meets `condition`.

        A subquery, because a join would search the texts of a record once for each child row.
        """
        model = self.model._meta.get_field(relation).related_model
        return Q(**{f"{relation}__in": model._base_manager.filter(condition).values("pk")})

    @admin.display(description=_("edited in record"))
    def parent_link(self, child):
        record = getattr(child, self.parent_field)
        if record is None:
            return None
        return format_html('<a href="{}">{}</a>', change_url(record), record)

    def get_fields(self, request, obj=None):
        return ("parent_link", *side_by_side(self.model, self.details))

    def get_readonly_fields(self, request, obj=None):
        return ("parent_link",)
