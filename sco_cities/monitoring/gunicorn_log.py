"""The log of the web server itself as JSON lines."""

from gunicorn.glogging import Logger

from .log_format import JsonFormatter


class JsonLogger(Logger):
    """gunicorn's logger with the format of the site."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())
