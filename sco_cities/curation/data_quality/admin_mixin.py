"""Work queues in the admin of every kind of record: from one record to the next of its queue."""

from django.http import HttpResponseRedirect

from .config import DataQualityConfig
from .work_queue import work_queue

# Submit buttons after which the curator stays on the form or goes elsewhere.
OTHER_BUTTONS = {"_continue", "_addanother", "_saveasnew", "_popup"}


class QueueNavigationMixin:
    """An admin whose change forms, if opened from a work queue, lead to the next record of the queue."""

    data_quality = DataQualityConfig()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj is not None and (queue := work_queue(request, self.model)):
            context |= {"queue": queue, "next_in_queue": queue.next_url(obj.pk)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_change(self, request, obj):
        response = super().response_change(request, obj)
        if OTHER_BUTTONS.isdisjoint(request.POST) and (queue := work_queue(request, self.model)):
            return HttpResponseRedirect(queue.next_url(obj.pk))
        return response
