from django.apps import AppConfig


class MementosConfig(AppConfig):
    """Adds pages of records as of a past date, and redirects from lists to releases."""

    name = "sco_cities.mementos"

    def ready(self):
        from sco_cities.listings.registered_functions import register

        from .views import as_of_page, past_list

        register(past_response=past_list, past_record_page=as_of_page)
