"""An admin mixin that keeps the input of forms until it is saved."""

from django.forms.utils import ErrorDict

from .kept_values import unsaved_forms


class UnsavedFormMixin:
    """A ModelAdmin whose form offers unsaved input and can show it without saving or validating it."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.kept_values = unsaved_forms(request).values
        return form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        values = unsaved_forms(request).values
        return kwargs if values is None else kwargs | {"data": values}

    def _create_formsets(self, request, obj, change):
        formsets, inlines = super()._create_formsets(request, obj, change)
        if unsaved_forms(request).values is not None:
            for formset in formsets:
                formset._errors, formset._non_form_errors = [], formset.error_class()
                for form in formset.forms:
                    form._errors = ErrorDict()
        return formsets, inlines

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["unsaved"] = unsaved_forms(request)
        context["is_writable"] = self.can_write(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        """Saves the inlines and deletes the form's kept input in the same transaction."""
        super().save_related(request, form, formsets, change)
        unsaved_forms(request).forget()
