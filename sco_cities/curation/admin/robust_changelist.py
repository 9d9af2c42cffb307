"""Changelists that survive invalid input: a bad filter or selection gives a message, not an error page."""

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.main import ChangeList
from django.db import DataError
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sco_cities.admin_framework.autocomplete import is_key

# A search has a condition for each word, and databases limit the depth of an expression.
MAX_WORDS = 30
# Translated by Django.
CHECKBOX_LABEL = "Select this object for an action - {}"


class RobustChangeList(ChangeList):
    """A changelist that survives filter values the database cannot compare; its title is the name of the model."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    def get_results(self, request):
        try:
            self.read_page(request)
        except (DataError, OverflowError, ValueError) as error:
            # Django then shows the list without filters and a message.
            raise IncorrectLookupParameters(error) from error

    def read_page(self, request) -> None:
        """Counts the results and reads the rows of one page; a hook for subclasses."""
        super().get_results(request)


class RobustChangelistMixin:
    """A ModelAdmin whose changelist, actions and autofocus survive invalid input."""

    # Django's facet counts would run a query over all rows for each filter.
    show_facets = ShowFacets.NEVER

    def get_changelist(self, request, **kwargs):
        return RobustChangeList

    def action_checkbox(self, obj):
        """Django's checkbox to select a row, without rendering a template for each row."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            format_html(_(CHECKBOX_LABEL), str(obj)),
        )

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if add:
            # Django's script would focus the first button above the form; Enter would then save a blank form.
            form = context["adminform"].form
            for name in flatten_fieldsets(self.get_fieldsets(request, obj)):
                if name in form.fields:
                    widget = form.fields[name].widget
                    getattr(widget, "widget", widget).attrs["autofocus"] = True
                    break
        return super().render_change_form(request, context, add, change, form_url, obj)

    def lookup_allowed(self, lookup, value, request=None):
        """Refuses regular expressions: their run time is unbounded, and an invalid one fails in the database."""
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def to_field_allowed(self, request, to_field):
        """Allows concrete fields only: for other names Django's check raises an exception."""
        is_column = to_field in {field.name for field in self.opts.concrete_fields}
        return is_column and super().to_field_allowed(request, to_field)

    def response_action(self, request, queryset, **options):
        """Runs an action on the selected rows if all submitted primary keys are valid."""
        if all(is_key(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, queryset, **options)
        messages.error(request, _("The selected items are not in this list. Select them again."))
        return HttpResponseRedirect(request.get_full_path())

    def filter_by_words(self, request, queryset, words: list[str], word_condition):
        """`queryset` filtered by `word_condition(word)` for each word; empty, with a message, if there are too many."""
        if len(words) > MAX_WORDS:
            messages.error(
                request,
                _("Search for at most %(most)s words; you entered %(count)s.")
                % {"most": MAX_WORDS, "count": len(words)},
            )
            return queryset.none()
        for word in words:
            queryset = queryset.filter(word_condition(word))
        return queryset
