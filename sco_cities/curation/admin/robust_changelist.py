"""Lists that answer whatever is sent to them: a bad filter or a bad choice is told, and is no error page."""

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.main import ChangeList
from django.db import DataError
from django.http import HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .autocomplete import is_key

# A search is a condition for each word, and databases bound the depth of conditions.
MAX_WORDS = 30


class RobustChangeList(ChangeList):
    """A list whose filters may hold what no database can compare; its title says what it lists."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    def get_results(self, request):
        try:
            self.read_page(request)
        except (DataError, OverflowError, ValueError) as error:
            # Django shows the list without filters, and says so.
            raise IncorrectLookupParameters(error) from error

    def read_page(self, request) -> None:
        """Counts what was found, and reads the rows of one page."""
        super().get_results(request)


class RobustChangelistMixin:
    """What every list of the admin has."""

    # Django's counts beside filters ask a question for each filter, over all rows.
    show_facets = ShowFacets.NEVER

    def get_changelist(self, request, **kwargs):
        return RobustChangeList

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if add:
            # Django's script would have it on the first button above the form: Enter would then save a blank one.
            form = context["adminform"].form
            for name in flatten_fieldsets(self.get_fieldsets(request, obj)):
                if name in form.fields:
                    widget = form.fields[name].widget
                    getattr(widget, "widget", widget).attrs["autofocus"] = True
                    break
        return super().render_change_form(request, context, add, change, form_url, obj)

    def lookup_allowed(self, lookup, value, request=None):
        """No patterns: they run unbounded, and a wrong one fails only inside the database."""
        return not lookup.endswith("regex") and super().lookup_allowed(lookup, value, request)

    def to_field_allowed(self, request, to_field):
        """Of columns only: of what other models refer by, Django would ask whether it is a key, and fail."""
        is_column = to_field in {field.name for field in self.opts.concrete_fields}
        return is_column and super().to_field_allowed(request, to_field)

    def response_action(self, request, queryset):
        """Runs an action on the chosen rows, all of which must be rows by their keys."""
        if all(is_key(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, queryset)
        messages.error(request, _("The selected items are not in this list. Select them again."))
        return HttpResponseRedirect(request.get_full_path())

    def narrow_to_words(self, request, queryset, words: list[str], matching):
        """`queryset` narrowed to what `matching(word)` holds for each word; nothing of too many words."""
        if len(words) > MAX_WORDS:
            messages.error(
                request,
                _("Search for at most %(most)s words; you entered %(count)s.")
                % {"most": MAX_WORDS, "count": len(words)},
            )
            return queryset.none()
        for word in words:
            queryset = queryset.filter(matching(word))
        return queryset
