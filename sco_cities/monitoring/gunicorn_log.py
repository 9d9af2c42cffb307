"""The log of the web server, gunicorn."""

from gunicorn.glogging import Logger

from .log_format import JsonFormatter, RejectedRequestFilter


class SiteLogger(Logger):
    """gunicorn's logger, which limits lines about rejected requests in the same way as the site's log."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(RejectedRequestFilter())


class JsonLogger(SiteLogger):
    """The logger in the JSON format of the site."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())
