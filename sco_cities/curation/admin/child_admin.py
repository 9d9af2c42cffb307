"""Parts of records (footnotes, figures, attendances …): looked up in lists, edited with their record."""

from django.contrib import admin
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .admin_urls import change_url
from .changelist import PkChangeList, PkPaginator
from .list_display import column
from .robust_changelist import RobustChangelistMixin
from .search import contains_word, search_words


class ChildAdmin(RobustChangelistMixin, admin.ModelAdmin):
    """A list to search in; each row leads to the page of its record, where alone it can be edited.

    Editing a part by itself would pass by the check that a published record keeps evidence for every value.
    `record_of` names the relation to the record, `columns` what the list shows of the part, `details` what
    the page of the part does.
    """

    section = "parts"
    record_of = "record"
    details: tuple[str, ...] = ()
    columns: tuple[str, ...] = ("__str__",)
    list_per_page = 50
    paginator = PkPaginator
    show_full_result_count = False

    def get_changelist(self, request, **kwargs):
        return PkChangeList

    def get_list_display(self, request):
        first, *others = (column(self.model, name) for name in self.columns)
        return (first, "edited_at", *others)

    def get_search_results(self, request, queryset, search_term):
        def matching(word):
            found = Q(pk__in=())
            for field in self.search_fields:
                relation, _between, texts = field.rpartition("__")
                if texts == "search_text":
                    found |= self.naming(relation, contains_word(word))
                else:
                    found |= Q(**{f"{field}__icontains": word})
            return found

        return self.narrow_to_words(request, queryset, search_words(search_term), matching), False

    def naming(self, relation: str, condition: Q) -> Q:
        """The parts that name, by `relation`, what the condition holds for.

        As a subquery: joined, the texts would be searched once for each part that names them.
        """
        model = self.model._meta.get_field(relation).related_model
        return Q(**{f"{relation}__in": model._base_manager.filter(condition).values("pk")})

    @admin.display(description=_("edited in record"))
    def edited_at(self, part):
        record = getattr(part, self.record_of)
        if record is None:
            return None
        return format_html('<a href="{}">{}</a>', change_url(record), record)

    def get_fields(self, request, obj=None):
        return ("edited_at", *self.details)

    def get_readonly_fields(self, request, obj=None):
        return ("edited_at",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
