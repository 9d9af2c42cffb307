"""Configuration of the app, which exists for its template tags."""

from django.apps import AppConfig


class EmbedsConfig(AppConfig):
    """Embeds, oEmbed responses and share pictures."""

    name = "sco_cities.embeds"
