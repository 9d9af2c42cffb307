"""The queue of correction requests in the admin."""

from urllib.parse import quote

from django.contrib import admin, messages
from django.db import connections, router
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sco_cities.admin_framework.admin_urls import change_url, returning_to
from sco_cities.admin_framework.autocomplete import is_key
from sco_cities.admin_framework.pages import PageGroup, WaitingEntry, register
from sco_cities.changes.locking import lock
from sco_cities.core.exceptions import shortened
from sco_cities.curation.admin.changelist import RobustChangelistMixin, format_timestamp
from sco_cities.history.templatetags.history import history_url
from sco_cities.sources.web_address import link_address

from .forms import AnswerForm
from .models import CorrectionRequest, RequestState


def waiting_requests(request, number: int) -> list[WaitingEntry]:
    """Returns the oldest open requests for the start page, oldest first."""
    return [
        WaitingEntry(
            each.record_name,
            change_url(each),
            f"{date_format(localtime(each.sent_at))} · {shortened(' '.join(each.text.split()))}",
        )
        for each in CorrectionRequest.objects.open().order_by("pk")[:number]
    ]


register(
    url_name="admin:correction_requests_correctionrequest_changelist",
    title=_("Correction requests"),
    description=_("Errors reported by readers. Correct the record, or decline the request with an answer."),
    permission="correction_requests.view_correctionrequest",
    group=PageGroup.TO_DO,
    waiting_count=lambda request: CorrectionRequest.objects.open().count(),
    waiting_entries=waiting_requests,
)


class RequestStateFilter(admin.SimpleListFilter):
    """Filters requests by state. By default, the list contains only open requests."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [*RequestState.choices, ("all", _("all"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("open")}, *others]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset.open()
        return queryset if self.value() == "all" else queryset.filter(state=self.value())


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(RobustChangelistMixin, admin.ModelAdmin):
    """The admin of correction requests. Curators answer requests but cannot change the reader's text."""

    form = AnswerForm
    list_display = (
        "reference", "sent", "record_name", "value_label", "excerpt", "state", "from_network", "handled_by",
    )  # fmt: skip
    list_filter = (RequestStateFilter, "language")
    list_per_page = 50
    split_search = staticmethod(str.split)
    search_fields = ("reference", "record_name", "slug", "text")
    search_help_text = _("Reference number, record or text.")
    show_full_result_count = False
    actions = ("decline", "decline_networks")
    request_fields = (
        "record_links", "value_label", "text", "seen_at", "mail", "language", "sent", "reference",
    )  # fmt: skip
    fieldsets = (
        (_("Request"), {"fields": request_fields}),
        (_("Answer"), {"fields": ("state", "answer", "handled_by", "seen")}),
    )
    readonly_fields = (*request_fields, "handled_by")

    def get_queryset(self, request):
        same = (
            CorrectionRequest.objects.open().filter(network=OuterRef("network")).order_by().values("network")
        )
        count = Subquery(same.exclude(network="").annotate(count=Count("pk")).values("count"))
        return super().get_queryset(request).annotate(from_network_count=count)

    @admin.display(description=_("open requests from this network"), empty_value="–")
    def from_network(self, correction) -> int | None:
        return correction.from_network_count

    @admin.display(description=_("sent at"), ordering="sent_at")
    def sent(self, correction) -> str:
        return format_timestamp(correction.sent_at)

    @admin.display(description=_("what is wrong"))
    def excerpt(self, correction) -> str:
        return shortened(" ".join(correction.text.split()))

    @admin.display(description=_("record"))
    def record_links(self, correction) -> str:
        record = correction.current_record()
        if record is None:
            return format_html(
                '{} ({}) · <a href="{}">{}</a>',
                correction.record_name, _("deleted"), history_url(correction), _("History"),
            )  # fmt: skip
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a> · <a href="{}">{}</a>',
            returning_to(change_url(correction), change_url(record)), correction.record_name,
            record.get_absolute_url(), _("View on site"),
            history_url(correction), _("History"),
        )  # fmt: skip

    @admin.display(description=_("page with the correct value"), empty_value="–")
    def seen_at(self, correction) -> str | None:
        if not correction.address:
            return None
        if not (link := link_address(correction.address)):
            return correction.address
        return format_html('<a href="{}" rel="noopener noreferrer external">{}</a>', link, link)

    @admin.display(description=_("e-mail address"), empty_value="–")
    def mail(self, correction) -> str | None:
        if not correction.email:
            return None
        address = quote(correction.email, safe="@")
        return format_html(
            '<a href="mailto:{}?subject={}">{}</a><br>{}',
            address, quote(f"SCO Cities {correction.reference}"), correction.email,
            _("The address is deleted when you close the request. Write to the reader before you close it."),
        )  # fmt: skip

    @admin.action(description=_("Decline selected requests without an answer"), permissions=["change"])
    def decline(self, request, queryset):
        self._decline(request, queryset)

    @admin.action(
        description=_("Decline all open requests from the networks of selected requests, without an answer"),
        permissions=["change"],
    )
    def decline_networks(self, request, queryset):
        networks = queryset.exclude(network="").values_list("network", flat=True)
        same = Q(pk__in=list(queryset.values_list("pk", flat=True))) | Q(network__in=list(networks))
        self._decline(request, CorrectionRequest.objects.filter(same))

    def _decline(self, request, queryset):
        count = queryset.open().close(RequestState.DECLINED, request.user.get_username())
        text = ngettext("%(count)d request was declined.", "%(count)d requests were declined.", count)
        messages.info(request, text % {"count": count})

    def search_condition(self, word: str) -> Q:
        return Q(*((f"{field}__icontains", word) for field in self.search_fields), _connector=Q.OR)

    def get_object(self, request, object_id, from_field=None):
        """Returns the request. On POST, also locks its row until the transaction ends."""
        in_transaction = connections[router.db_for_write(self.model)].in_atomic_block
        if request.method == "POST" and in_transaction and is_key(object_id):
            lock(self.model, [int(object_id)])
        return super().get_object(request, object_id, from_field)

    def save_model(self, request, obj, form, change):
        obj.handled_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request):
        return False
