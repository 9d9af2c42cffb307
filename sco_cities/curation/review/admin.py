"""What roles and review add to the admin of every kind of record, and of passages."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from sco_cities.curation.permissions.object_permissions import (
    ObjectPermissions,
    editable,
    object_permissions,
    stored_state,
)
from sco_cities.sources.base_models import PublicationState, Record

from . import last_transitions, publish_checks
from .evidence_required import CONFIRMATION
from .transitions import available_states


class ReviewWorkflowMixin:
    """An admin whose records are written to, moved between states and deleted by those who may."""

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record is not None:
            # The form sets the state that was sent on the record, and rights go by the one before.
            record.stored_state = record.state
        return record

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or object_permissions(request).may_edit(obj))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or object_permissions(request).may_delete(obj))

    def has_review_permission(self, request) -> bool:
        """Whether the account publishes, withdraws and sends back."""
        return object_permissions(request).reviews and self.has_change_permission(request)

    def get_deleted_objects(self, objs, request):
        _look_up(object_permissions(request), objs)
        return super().get_deleted_objects(objs, request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.rights = object_permissions(request)
        if state := form.base_fields.get("state"):
            offered = available_states(form.rights, obj or self.model())
            state.choices = [(each.value, each.label) for each in offered]
        return form

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), "review")

    def review_fields(self, obj: Record | None) -> tuple[str, ...]:
        """The fields that say where a record stands on its way to the readers."""
        return ("review",) if obj and obj.pk else ()

    def firmness_fields(self, request, obj: Record | None) -> tuple[str, ...]:
        """The tick that evidence supports changed values too, where readers see the values."""
        is_published = obj is not None and stored_state(obj) == PublicationState.PUBLISHED
        return (CONFIRMATION,) if is_published and self.has_change_permission(request, obj) else ()

    @admin.display(description=_("review"))
    def review(self, record: Record) -> str:
        """The last step of the record, and the way to the page where reviewers decide."""
        said = last_transitions.format_transition(
            last_transitions.last_transitions(type(record), [record.pk]).get(record.pk)
        )
        address = reverse(f"{self.admin_site.name}:review_record", args=[record.collection, record.pk])
        return format_html('{} <a href="{}">{}</a>', said, address, _("Review changes"))

    def reasons_against(self, records: list[Record], state: PublicationState) -> dict[int, str]:
        """By primary key, why a record cannot be brought into `state`."""
        return (
            publish_checks.publish_errors(records) if records and state == PublicationState.PUBLISHED else {}
        )


class ParentPermissionMixin:
    """An admin of parts of records that are edited by themselves too: by whoever may edit their record.

    `record_of` names the relation to the record.
    """

    record_of: str

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._may_edit_record(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_edit_record(request, obj)

    def _may_edit_record(self, request, part) -> bool:
        return part is None or object_permissions(request).may_edit(getattr(part, self.record_of))

    def get_deleted_objects(self, objs, request):
        _look_up(object_permissions(request), [getattr(part, self.record_of) for part in objs])
        return super().get_deleted_objects(objs, request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name == self.record_of:
            field.queryset = editable(object_permissions(request), field.queryset)
            field.error_messages["invalid_choice"] = _(
                "Choose a record that you can edit: a draft, or your own record in review."
            )
        return field


def _look_up(rights: ObjectPermissions, records) -> None:
    if not rights.reviews:
        rights.look_up(records)
