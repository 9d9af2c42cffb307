from django.apps import AppConfig


class MementosConfig(AppConfig):
    """Adds pages of records as of a day, and redirects from lists to releases."""

    name = "sco_cities.mementos"

    def ready(self):
        from sco_cities.listings import past_lists
        from sco_cities.sources.views import register_as_of_page

        from .views import as_of_page, past_list

        register_as_of_page(as_of_page)
        past_lists.register(past_list)
