"""A record's comments and comment forms, and a page of comments that await the user's reply."""

from functools import cached_property

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from sco_cities.accounts.carried_form import make_key
from sco_cities.admin_framework.admin_urls import change_url, is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.changes.locking import lock
from sco_cities.curation.models import Comment, CommentThread
from sco_cities.curation.permissions.object_permissions import model_or_404
from sco_cities.i18n.punctuation import comma_list
from sco_cities.sources.base_models import WHOLE, Record
from sco_cities.sources.evidence_coverage import field_label

from . import threads
from .threads import waiting_for

# The name of the form that starts a new thread.
NEW = "new"


class CommentField(forms.CharField):
    """A text field that counts a line break as one character, as browsers do."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value):
        return "\n".join(super().to_python(value).splitlines())


class CommentForm(forms.Form):
    """A form to write or edit a comment. The form's controls may be anywhere on the page."""

    field = forms.ChoiceField(label=pgettext_lazy("a field or a record", "About"), required=False)
    text = CommentField(
        label=gettext_lazy("Comment"),
        max_length=Comment._meta.get_field("text").max_length,
        error_messages={"required": gettext_lazy("Write a comment first.")},
    )

    def __init__(self, box: str, labels: dict[str, str], data=None, **options):
        super().__init__(data, auto_id=f"{box}-%s", **options)
        self.box, self.form_id = box, f"form-{box}"
        self.fields["field"].choices = [("", _("the record as a whole")), *labels.items()]
        for each in self.fields.values():
            each.widget.attrs["form"] = self.form_id

    def show_error(self, error: str) -> None:
        """Replaces the text field's errors with `error`."""
        self.errors["text"] = self.error_class([error])

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        names = threads.mentions(text, threads.staff())
        if unknown := sorted({f"@{name}" for name, is_known in names if not is_known}):
            message = ngettext(
                "No account is named %(names)s. Choose a name from the list, or write it without @.",
                "No accounts are named %(names)s. Choose names from the list, or write them without @.",
                len(unknown),
            )
            raise forms.ValidationError(message % {"names": comma_list(unknown)})
        return text


class RecordComments:
    """A record's comments, with the comment forms that the request's user may use."""

    def __init__(self, request: HttpRequest, record: Record):
        self.request, self.record = request, record
        self.form_key = make_key(request.user)
        self.url = reverse("admin:record_comments", args=[record.collection, record.pk])
        self.threads = list(threads.threads_of(record))
        self._threads_by_box = {NEW: CommentThread(record=record)}
        self._own_by_box: dict[str, Comment] = {}
        for thread in self.threads:
            if thread.resolved_at is None:
                self._threads_by_box[f"reply-{thread.pk}"] = thread
                if (last := _last(thread)).author_id == request.user.pk:
                    self._own_by_box[f"edit-{last.pk}"] = last
        # The submitted form, which is shown again if it has errors.
        self._sent: CommentForm | None = None

    @property
    def open(self) -> list[tuple[CommentThread, CommentForm, CommentForm | None]]:
        """The open threads, each with a reply form and, if allowed, a form to edit the last comment."""
        return [
            (thread, self.boxes[f"reply-{thread.pk}"], self.boxes.get(f"edit-{_last(thread).pk}"))
            for thread in self.threads
            if thread.resolved_at is None
        ]

    @property
    def resolved(self) -> list[CommentThread]:
        return [thread for thread in self.threads if thread.resolved_at]

    @cached_property
    def boxes(self) -> dict[str, CommentForm]:
        """The comment forms that the account may use, by name.

        Names are "new", "reply-" plus a thread's key, and "edit-" plus the key of the user's comment without replies.
        """
        boxes = {name: CommentForm(name, self.labels) for name in self._threads_by_box}
        boxes[NEW].initial = {"field": self.request.GET.get("field")}
        for name, comment in self._own_by_box.items():
            boxes[name] = CommentForm(name, self.labels, initial={"text": comment.text})
        return boxes | ({self._sent.box: self._sent} if self._sent else {})

    @property
    def new(self) -> CommentForm:
        return self.boxes[NEW]

    @property
    def names(self) -> list[str]:
        """The user names that a comment can mention."""
        return list(threads.staff())

    @cached_property
    def labels(self) -> dict[str, str]:
        """The labels of the fields in the record's form, by field name."""
        model, model_admin = type(self.record), admin.site.get_model_admin(type(self.record))
        groups = (model_admin.identity, model_admin.facts, model_admin.dates, model_admin.relations)
        names = dict.fromkeys([*(name for group in groups for name in group), *model.evidence_fields])
        return {name: capfirst(field_label(model, name)) for name in names if name != WHOLE}

    def post(self) -> int | None:
        """Handles the submitted form. Returns the saved comment's key, 0 if there is none, or None on errors."""
        name, action = self.request.POST.get("box", ""), self.request.POST.get("action")
        thread, own = self._threads_by_box.get(name), self._own_by_box.get(name)
        form = self._sent_form()
        is_empty = not self.request.POST.get("text", "").strip()
        if own and action == "delete":
            (own if own.thread.comments.count() > 1 else own.thread).delete()
            return 0
        resolves = thread is not None and thread.pk is not None and action == "resolve"
        if not (resolves and is_empty):
            if not (thread or own):
                form.show_error(
                    _("Someone has answered, resolved or deleted this comment since you opened the page.")
                )
            if not form.is_valid():
                self._sent = form
                return None
            own = self._write(thread, own, **form.cleaned_data)
        if resolves:
            now = CommentThread.objects.filter(pk=thread.pk, resolved_at=None)
            now.update(resolved_at=timezone.now(), resolved_by=self.request.user)
        return own.pk if own else 0

    def restore(self) -> None:
        """Inserts the submitted text into its form without saving it."""
        self._sent = self._sent_form()
        self._sent.show_error(_("Your comment has not been sent yet. Send it here."))

    def _sent_form(self) -> CommentForm:
        """Returns the submitted form, or a new thread's form if the original thread no longer accepts comments."""
        name = self.request.POST.get("box", "")
        is_open = name in self._threads_by_box or name in self._own_by_box
        return CommentForm(name if is_open else NEW, self.labels, self.request.POST)

    def _write(self, thread: CommentThread | None, own: Comment | None, field: str, text: str) -> Comment:
        if thread:
            thread.field = thread.field if thread.pk else field
            return threads.write(thread, self.request.user, text)
        own.text, own.written_at = text, timezone.now()
        own.save()
        threads.set_mentioned(own)
        return own


def _last(thread: CommentThread) -> Comment:
    return list(thread.comments.all())[-1]


PER_PAGE = 50


@admin_page_view(threads.SEES_RECORDS)
def comments(request: HttpRequest) -> HttpResponse:
    """Lists the comments that await the user's reply, oldest first."""
    page = Paginator(waiting_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render_admin_page(request, "admin/curation/comments/waiting.html", page=page, query="")


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
def record_comments(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """Shows the comments on one record. The comment forms of other pages also submit to this view."""
    if request.method != "POST":
        return _page(request, RecordComments(request, visible_record(request, collection, key)))
    with transaction.atomic():
        section = RecordComments(request, visible_record(request, collection, key, is_locked=True))
        posted = section.post()
    if posted is None:
        return _page(request, section)
    return HttpResponseRedirect(f"{section.url}?posted={posted}#comment-{posted}" if posted else section.url)


def restored_comment(request: HttpRequest, collection: str, key: int) -> HttpResponse:
    """Shows the comments on a record, including a comment that was unsaved when the session ended."""
    section = RecordComments(request, visible_record(request, collection, key))
    section.restore()
    return _page(request, section)


def _page(request: HttpRequest, section: RecordComments) -> HttpResponse:
    return render_admin_page(
        request,
        "admin/curation/comments/record.html",
        _("Comments: %(record)s") % {"record": section.record},
        record=section.record,
        change_url=change_url(section.record),
        comments=section,
    )


def visible_record(request: HttpRequest, collection: str, key: int, *, is_locked: bool = False) -> Record:
    """Returns the record if the user may see its form. If `is_locked`, locks it until the transaction ends."""
    model = model_or_404(request, collection, "view")
    if is_locked and is_key(str(key)):
        lock(model, [key])
    records = admin.site.get_model_admin(model).get_queryset(request)
    record = records.filter(pk=key).first() if is_key(str(key)) else None
    if record is None:
        raise Http404(_("This record no longer exists."))
    return record
