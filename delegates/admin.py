"""The admin of organisations, events, delegates, attendances and statements."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.inlines import RowForm, RowInline
from sco_cities.curation.data_quality.field_coverage import DataQualityConfig
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.curation.record_admin.record_admin import RecordAdmin
from sco_cities.sources.evidence_coverage import fields_without_evidence, supported_fields

from .models import Attendance, Delegate, Event, Organisation, Statement


class AttendedEventForm(RowForm):
    """The form for an event that a delegate attended.

    Rejects a published event without evidence for its attendances, because the new attendance would be part of it.
    """

    def clean(self):
        super().clean()
        event = self.cleaned_data.get("event")
        if (
            event
            and event.is_published
            and fields_without_evidence(Event, ["attendances"], supported_fields([event])[event.pk])
        ):
            self.add_error(
                "event",
                _(
                    "This event is published, but no evidence supports its attendances. Add evidence to the event "
                    "first."
                ),
            )


class AttendanceInline(RowInline):
    """Base class of the attendance inlines on the pages of events and delegates."""

    model = Attendance

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("event", "delegate")


class AttendeeInline(AttendanceInline):
    """The inline with the delegates who attended an event."""

    fields = ("delegate", "role_at_event")
    unique_columns = ("delegate_id",)
    duplicate_message = gettext_lazy("This delegate is already listed.")


class AttendedEventInline(AttendanceInline):
    """The inline with the events that a delegate attended."""

    form = AttendedEventForm
    fields = ("event", "role_at_event")
    unique_columns = ("event_id",)
    duplicate_message = gettext_lazy("This event is already listed.")


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    """The admin of organisations."""

    section = "people"
    identity = (*RecordAdmin.identity, "aliases")
    facts = ("kind",)
    relations = ("country", "city")
    similarity = SimilarityConfig(
        names=("name_en", "name_ru", "name_zh", "aliases"), shared_fields=("country", "city")
    )
    data_quality = DataQualityConfig(countries=("country", "city__country"))
    columns = ("kind", "country", "city")
    list_select_related = ("country", "city")
    list_filter = ("kind", "country")


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """The admin of events and their attendances."""

    section = "people"
    facts = ("kind", "series")
    dates = ("starts_on", "ends_on", "date_text")
    relations = ("host_city", "parent", "themes")
    similarity = SimilarityConfig(
        names=("name_en", "name_ru", "name_zh"), shared_fields=("host_city",), dates=("starts_on", "ends_on")
    )
    data_quality = DataQualityConfig(
        dates=("starts_on",), places=("host_city",), countries=("host_city__country",), themes=("themes",)
    )
    record_inlines = (AttendeeInline,)
    named_in_passages = ("host_city",)
    columns = ("kind", "starts_on", "host_city")
    list_select_related = ("host_city",)
    list_filter = ("kind", "themes")


@admin.register(Delegate)
class DelegateAdmin(RecordAdmin):
    """The admin of delegates, the events that they attended, and the passages that quote them."""

    section = "people"
    identity = (*RecordAdmin.identity, "aliases")
    facts = ("role",)
    relations = ("organisation", "city", "country", "passages")
    similarity = SimilarityConfig(
        names=("name_en", "name_ru", "name_zh", "aliases"), shared_fields=("organisation", "city", "country")
    )
    data_quality = DataQualityConfig(countries=("country", "city__country"))
    record_inlines = (AttendedEventInline,)
    columns = ("role", "organisation", "country")
    list_select_related = ("organisation", "country")
    list_filter = ("country",)


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    """The admin of statements."""

    section = "people"
    form_help = gettext_lazy(
        "The date of a statement is the date of its event. A statement appears on the page of an initiative "
        "if the same passage supports the statement and the initiative."
    )
    identity = ("summary",)
    relations = ("delegate", "event", "themes")
    similarity = SimilarityConfig(names=("summary",), shared_fields=("delegate", "event"))
    data_quality = DataQualityConfig(
        countries=("delegate__country", "delegate__city__country", "event__host_city__country"),
        themes=("themes",),
    )
    slug_from = ("summary",)
    columns = ("delegate", "event")
    list_select_related = ("delegate", "event")
    list_filter = ("themes",)
