"""Says at the start which languages would speak English."""

from django.core.checks import Tags, Warning, register

from . import po_files


@register(Tags.translation)
def compiled(app_configs, **kwargs) -> list[Warning]:
    """A language without its compiled catalogue shows English, and with an old one old words."""
    return [
        Warning(
            f"The catalogue of “{language}” is not compiled: its pages show English, or old translations.",
            hint="Run `python manage.py compilemessages`.",
            id="languages.W001",
        )
        for language in po_files.languages()
        if po_files.po_path(language).exists() and not po_files.is_compiled(language)
    ]
