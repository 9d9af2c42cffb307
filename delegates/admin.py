"""Organisations, events, delegates, attendances and statements in the admin."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sco_cities.curation.admin.child_admin import ChildAdmin
from sco_cities.curation.admin.inlines import OwnRowFormSet, RowForm, RowInline
from sco_cities.curation.admin.record_admin import RecordAdmin
from sco_cities.curation.data_quality.config import DataQualityConfig
from sco_cities.curation.duplicates.similarity import SimilarityConfig
from sco_cities.sources.base_models import fields_without_evidence

from .models import Attendance, Delegate, Event, Organisation, Statement


class AttendeeForm(RowForm):
    """A delegate among those at an event."""

    distinct = ("delegate_id",)


class AttendeeFormSet(OwnRowFormSet):
    """The delegates at an event."""

    duplicate = gettext_lazy("This delegate is already listed.")


class AttendedEventForm(RowForm):
    """An event among those that a delegate attended.

    The row changes the event too: a published event whose attendances nothing supports gets none from here.
    """

    distinct = ("event_id",)

    def clean(self):
        super().clean()
        event = self.cleaned_data.get("event")
        if (
            event
            and event.is_published
            and fields_without_evidence(Event, ["attendances"], event.supported_fields())
        ):
            self.add_error(
                "event",
                _(
                    "This event is published, and no evidence there supports its attendances. Add evidence "
                    "to the event first."
                ),
            )


class AttendedEventFormSet(OwnRowFormSet):
    """The events that a delegate attended."""

    duplicate = gettext_lazy("This event is already listed.")


class AttendanceInline(RowInline):
    """Who was where, in which role; seen from either side."""

    model = Attendance

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("event", "delegate")


class AttendeeInline(AttendanceInline):
    """The delegates at an event."""

    form = AttendeeForm
    formset = AttendeeFormSet
    fields = ("delegate", "role_at_event")


class AttendedEventInline(AttendanceInline):
    """The events that a delegate attended."""

    form = AttendedEventForm
    formset = AttendedEventFormSet
    fields = ("event", "role_at_event")


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    """Organisations."""

    section = "people"
    identity = (*RecordAdmin.identity, "aliases")
    facts = ("kind",)
    relations = ("country", "city")
    alike = SimilarityConfig(
        names=("name_en", "name_ru", "name_zh", "aliases"), in_common=("country", "city")
    )
    health = DataQualityConfig(countries=("country", "city__country"))
    columns = ("kind", "country", "city")
    list_select_related = ("country", "city")
    list_filter = ("kind", "country")


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """Events and who attended them."""

    section = "people"
    facts = ("kind", "series")
    dates = ("starts_on", "ends_on", "date_text")
    relations = ("host_city", "parent", "themes")
    alike = SimilarityConfig(
        names=("name_en", "name_ru", "name_zh"), in_common=("host_city",), dates=("starts_on", "ends_on")
    )
    health = DataQualityConfig(
        dates=("starts_on",), places=("host_city",), countries=("host_city__country",), themes=("themes",)
    )
    parts = (AttendeeInline,)
    columns = ("kind", "starts_on", "host_city")
    list_select_related = ("host_city",)
    list_filter = ("kind", "themes")


@admin.register(Delegate)
class DelegateAdmin(RecordAdmin):
    """Delegates, the events they attended and the passages that quote them."""

    section = "people"
    identity = (*RecordAdmin.identity, "aliases")
    facts = ("role",)
    relations = ("organisation", "city", "country", "passages")
    alike = SimilarityConfig(
        names=("name_en", "name_ru", "name_zh", "aliases"), in_common=("organisation", "city", "country")
    )
    health = DataQualityConfig(countries=("country", "city__country"))
    parts = (AttendedEventInline,)
    columns = ("role", "organisation", "country")
    list_select_related = ("organisation", "country")
    list_filter = ("country",)


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    """Statements."""

    section = "people"
    identity = ("summary",)
    relations = ("delegate", "event", "themes")
    alike = SimilarityConfig(names=("summary",), in_common=("delegate", "event"))
    health = DataQualityConfig(
        countries=("delegate__country", "delegate__city__country", "event__host_city__country"),
        themes=("themes",),
    )
    slug_from = ("summary",)
    columns = ("delegate", "event")
    list_select_related = ("delegate", "event")
    list_filter = ("themes",)


@admin.register(Attendance)
class AttendanceAdmin(ChildAdmin):
    """All attendances."""

    record_of = "event"
    columns = ("delegate", "role_at_event")
    details = ("delegate", "role_at_event")
    list_select_related = ("event", "delegate")
    search_fields = ("role_at_event", "delegate__search_text", "event__search_text")
