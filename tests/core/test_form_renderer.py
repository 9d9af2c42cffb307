"""Widgets that are rendered in Python have the same HTML as Django's templates."""

from itertools import product

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from sco_cities.core.form_renderer import FormRenderer
from sco_cities.i18n.punctuation import Typeset

AWKWARD = "<b> & \"two\" 'quotes'"
CHOICES = [("", "—"), (1, "One & all"), (AWKWARD, AWKWARD), (Typeset("it's"), Typeset("it's")), (2.5, 2.5)]
GROUPS = [("Group " + AWKWARD, CHOICES), (2, mark_safe("<i>Two</i>"))]
WIDGETS = {
    "text": forms.TextInput(),
    "hidden": forms.HiddenInput(),
    "number": forms.NumberInput(),
    "url": forms.URLInput(),
    "email": forms.EmailInput(),
    "search": forms.SearchInput(),
    "password": forms.PasswordInput(render_value=True),
    "text area": forms.Textarea(),
    "select": forms.Select(choices=CHOICES),
    "groups": forms.SelectMultiple(choices=GROUPS),
    "yes or no": forms.NullBooleanSelect(),
    # These widgets use Django's templates.
    "radio": forms.RadioSelect(choices=CHOICES),
    "check box": forms.CheckboxInput(),
    "file": forms.ClearableFileInput(),
}
VALUES = [Typeset("it's"), None, "", "1", 1, AWKWARD, mark_safe("&lt;safe&gt;"), 1234567.5]
ATTRS = [
    {},
    {"id": "id_name", "required": True, "disabled": False, "data-n": 0, "title": AWKWARD},
    {"aria-label": mark_safe("a &amp; b"), "maxlength": 20, "value-of": None, "title": Typeset("it's")},
]


@pytest.mark.parametrize("name", WIDGETS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_widget_has_the_html_of_djangos_template(name, language):
    with translation.override(language):
        for value, attrs in product(VALUES, ATTRS):
            expected, rendered = (
                WIDGETS[name].render(AWKWARD, value, attrs, renderer=renderer)
                for renderer in (DjangoTemplates(), FormRenderer())
            )
            assert rendered == expected
            assert isinstance(rendered, SafeString)
