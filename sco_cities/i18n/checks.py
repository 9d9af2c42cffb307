"""A system check for catalogues that are not compiled."""

from django.core.checks import Tags, Warning, register

from . import po_files


@register(Tags.translation)
def check_compiled_catalogues(app_configs, **kwargs) -> list[Warning]:
    """Warns of languages whose pages would show English or outdated translations."""
    return [
        Warning(
            f"The catalogue of “{language}” is not compiled: its pages show English, or old translations.",
            hint="Run `.venv/bin/python manage.py compilemessages`.",
            id="languages.W001",
        )
        for language in po_files.catalogue_languages()
        if po_files.po_path(language).exists() and not po_files.is_compiled(language)
    ]
