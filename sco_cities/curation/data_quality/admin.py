"""What the board adds to the admin of every kind of record: the way from a record to the next of its queue."""

from django.http import HttpResponseRedirect

from .config import DataQualityConfig
from .work_queue import work_queue

# Buttons of a form that lead elsewhere, or stay.
OTHER_BUTTONS = {"_continue", "_addanother", "_saveasnew", "_popup"}


class QueueNavigationMixin:
    """An admin whose forms, where a queue has opened them, lead to the next record of the queue."""

    health = DataQualityConfig()

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj is not None and (queue := work_queue(request, self.model)):
            context |= {"queue": queue, "next_in_queue": queue.next_address(obj.pk)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_change(self, request, obj):
        response = super().response_change(request, obj)
        if OTHER_BUTTONS.isdisjoint(request.POST) and (queue := work_queue(request, self.model)):
            return HttpResponseRedirect(queue.next_address(obj.pk))
        return response
