"""The translation pages (overview by kind and language, single text) and CSV files."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sco_cities.accounts.second_factor.views import require_recent_code
from sco_cities.accounts.views import post_or_redirect
from sco_cities.admin_framework.admin_urls import change_url, is_key
from sco_cities.admin_framework.pages import admin_page_view, render_admin_page
from sco_cities.core.exceptions import Refused
from sco_cities.core.responses import stream
from sco_cities.core.translations import TRANSLATIONS
from sco_cities.curation.admin_pages import TRANSLATIONS_PAGE
from sco_cities.history.models import REVIEW_RECORDS
from sco_cities.i18n.languages import SITE_LANGUAGE_NAMES, html_language

from . import sheet
from .texts import Show, TextKind, save, save_text, seen_state, text_kinds

_NAMES = {html_language(code): name for code, (_short, name) in SITE_LANGUAGE_NAMES.items()}
LANGUAGE_NAMES = {language: _NAMES[html_language(language)] for language in TRANSLATIONS}


class TextFilterForm(forms.Form):
    """Selects the kind of text, the language, and the translation state to show."""

    kind = forms.ChoiceField(label=gettext_lazy("kind"))
    language = forms.ChoiceField(label=gettext_lazy("language"), choices=list(LANGUAGE_NAMES.items()))
    show = forms.ChoiceField(label=gettext_lazy("show"), choices=Show.choices)

    def __init__(self, data):
        super().__init__(data)
        self.fields["kind"].choices = [(name, kind.label) for name, kind in text_kinds().items()]


class TranslationForm(forms.Form):
    """A translation form, with the text's state when the page was shown."""

    text = forms.CharField(
        label=gettext_lazy("translation"), widget=forms.Textarea(attrs={"rows": 6, "autofocus": True})
    )
    key = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args, kind: TextKind, language: str, **kwargs):
        super().__init__(*args, **kwargs)
        self._field = kind.model._meta.get_field(kind.text.columns[language])
        self.fields["text"].widget.attrs |= {"lang": html_language(language)}

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if "\0" in text:
            raise ValidationError(_("Null characters are not allowed."))
        return self._field.clean(text, None)


@admin_page_view(REVIEW_RECORDS)
def translations(request: HttpRequest) -> HttpResponse:
    """Shows the numbers of texts, missing translations and translations to check, by kind and language."""
    rows = [
        (kind, [(language, counts) for language, counts in kind.counts().items()])
        for kind in text_kinds().values()
    ]
    return render_admin_page(
        request,
        "admin/curation/translations/overview.html",
        TRANSLATIONS_PAGE.title,
        rows=rows,
        languages=LANGUAGE_NAMES.items(),
    )


@admin_page_view(REVIEW_RECORDS, posts=True)
def translate(request: HttpRequest) -> HttpResponse:
    """Shows a text and its translation. Saving opens the next text of the same kind."""
    filters = TextFilterForm(request.GET)
    if not filters.is_valid():
        return _page(request, filters)
    kind, language = text_kinds()[filters.cleaned_data["kind"]], filters.cleaned_data["language"]
    rows = kind.rows(language, filters.cleaned_data["show"])
    if request.method != "POST":
        after = request.GET.get("after", "")
        row = rows.filter(pk__gt=int(after) if is_key(after) else 0).first()
        form = None
    else:
        form = TranslationForm(request.POST, kind=kind, language=language)
        if form.is_valid():
            key, text, seen = (form.cleaned_data[name] for name in ("key", "text", "seen"))
            try:
                number = save_text(kind, key, language, text, seen=seen, user=request.user)
            except Refused:
                form.add_error(None, _("The text was changed after you opened this page. Check it again."))
            else:
                _report_saved(request, number)
                return HttpResponseRedirect(_next_url(filters, key))
        key = form["key"].value() if "key" not in form.errors else 0
        row = kind.model._base_manager.filter(pk=key).first()
    context = {"kind": kind, "count": rows.count(), "query": urlencode(filters.cleaned_data)}
    return _page(request, filters, **context, **(_text(filters, kind, language, row, form) if row else {}))


def _report_saved(request: HttpRequest, number: int) -> None:
    if number:
        messages.success(request, ngettext("%(n)s text saved.", "%(n)s texts saved.", number) % {"n": number})
    else:
        messages.info(request, _("Nothing was changed."))


def _next_url(filters: TextFilterForm, key: int) -> str:
    return f"{reverse('admin:translate')}?{urlencode(filters.cleaned_data | {'after': key})}"


def _page(request: HttpRequest, filters: TextFilterForm, **context) -> HttpResponse:
    template = "admin/curation/translations/text.html"
    return render_admin_page(request, template, TRANSLATIONS_PAGE.title, filters=filters, **context)


def _text(filters, kind: TextKind, language: str, row, form: TranslationForm | None) -> dict:
    column = kind.text.columns[language]
    seen = seen_state(row, kind, language)
    if form is None:
        initial = {"text": getattr(row, column), "key": row.pk, "seen": seen}
        form = TranslationForm(initial=initial, kind=kind, language=language)
    elif form.non_field_errors():
        form.data = form.data.copy()
        form.data["seen"] = seen
    [(model, keys)] = kind.owners([row]).items()
    record = model._base_manager.get(pk=keys.pop())
    return {
        "row": row,
        "form": form,
        "english": getattr(row, kind.text.english),
        "stored": getattr(row, column),
        "is_outdated": column in row.outdated_translations,
        "language_name": LANGUAGE_NAMES[language],
        "html_language": html_language(language),
        "record": record,
        "record_url": change_url(record),
        "next_url": _next_url(filters, row.pk),
    }


@admin_page_view(REVIEW_RECORDS)
def download(request: HttpRequest) -> HttpResponse:
    """Exports texts of one kind or all kinds as CSV, optionally only if missing or outdated in a language."""
    wanted = {"kind": text_kinds(), "language": TRANSLATIONS, "show": Show.values}
    values = {name: request.GET.get(name, "") for name in wanted}
    if any(value and value not in wanted[name] for name, value in values.items()):
        return HttpResponseBadRequest()
    kinds = [kind for name, kind in text_kinds().items() if values["kind"] in ("", name)]
    language, show = values["language"] or TRANSLATIONS[0], values["show"] or Show.ALL
    response = stream(request, sheet.write(kinds, language, show), "text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="translations.csv"'
    return response


@post_or_redirect("admin:translations")
@admin_page_view(REVIEW_RECORDS, posts=True)
@require_recent_code
def upload(request: HttpRequest) -> HttpResponse:
    """Imports a translation file as one change. On errors, nothing is saved."""
    file = request.FILES.get("file")
    if file is None or file.size > sheet.MAX_BYTES:
        messages.error(request, _("Choose a CSV file of at most 20 MB."))
        return HttpResponseRedirect(reverse("admin:translations"))
    try:
        number = save(sheet.read(file.read()), user=request.user, reason=_("Translations from a file"))
    except Refused as refused:
        changed = _("A text was changed while the file was being read. Upload the file again.")
        for sentence in (_("Nothing was changed."), *([changed] if refused.is_stale else refused.reasons)):
            messages.error(request, sentence)
    else:
        _report_saved(request, number)
    return HttpResponseRedirect(reverse("admin:translations"))
