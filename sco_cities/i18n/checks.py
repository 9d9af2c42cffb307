"""System checks that find languages without names or formats, and catalogues that are not compiled."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.utils.formats import get_format
from django.utils.translation import to_locale

from . import po_files
from .languages import SITE_LANGUAGE_NAMES


@register(Tags.translation)
def check_languages(app_configs, **kwargs) -> list[Error]:
    """Reports languages whose pages would fail because link names or date formats are missing."""
    codes = [code for code, _name in settings.LANGUAGES]
    nameless = [
        Error(
            f"The language “{code}” of LANGUAGES has no names in SITE_LANGUAGE_NAMES.",
            hint="Add them to sco_cities/i18n/languages.py.",
            id="languages.E001",
        )
        for code in codes
        if code not in SITE_LANGUAGE_NAMES
    ]
    formatless = [
        Error(
            f"The language “{code}” of LANGUAGES has no date formats.",
            hint=f"Add sco_cities/i18n/formats/{to_locale(code)}/formats.py.",
            id="languages.E002",
        )
        for code in codes
        if get_format("YEAR_FORMAT", code) == "YEAR_FORMAT"
    ]
    return nameless + formatless


@register(Tags.translation)
def check_compiled_catalogues(app_configs, **kwargs) -> list[Warning]:
    """Warns about languages whose pages would show English texts or outdated translations."""
    return [
        Warning(
            f"The catalogue of “{language}” is not compiled: its pages show English, or old translations.",
            hint="Run `.venv/bin/python manage.py compilemessages`.",
            id="languages.W001",
        )
        for language in po_files.catalogue_languages()
        if po_files.po_path(language).exists() and not po_files.is_compiled(language)
    ]
