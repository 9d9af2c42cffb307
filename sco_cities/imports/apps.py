from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Spreadsheet imports."""

    name = "sco_cities.imports"
    # The name in tables, migrations and permissions, from an earlier layout of the code.
    label = "packages"
