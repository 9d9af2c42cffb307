"""Builds the setting LOGGING, with the formatters, filters and levels of the log."""

from typing import Any


def logging_settings(log_format: str) -> dict[str, Any]:
    """The value of LOGGING for one of LOG_FORMATS."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "sco_cities.monitoring.log_format.LineFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "datefmt": "%Y-%m-%d %H:%M:%S %z",
                "style": "{",
            },
            "json": {"()": "sco_cities.monitoring.log_format.JsonFormatter"},
        },
        "filters": {
            "rejected_requests": {"()": "sco_cities.monitoring.log_format.RejectedRequestFilter"},
            "outages": {"()": "sco_cities.monitoring.log_format.OutageFilter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": log_format,
                "filters": ["rejected_requests"],
            },
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "sco_cities": {"level": "INFO"},
            "sco_cities.outages": {"filters": ["outages"]},
            # HEAD requests get the same response as GET requests. gunicorn discards the body, and would log a line each
            # time.
            "gunicorn.http.wsgi": {"level": "ERROR"},
            # Requests for missing or forbidden pages are not errors in the site.
            "django.request": {"level": "ERROR"},
            # The security log contains the same events with names and addresses.
            "axes": {"level": "ERROR"},
        },
    }
