"""The log of the web server, gunicorn."""

from gunicorn.glogging import Logger

from .log_format import JsonFormatter, RejectedRequestFilter


class SiteLogger(Logger):
    """gunicorn's logger, with the same limit on lines about rejected requests as the site's log."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(RejectedRequestFilter())


class JsonLogger(SiteLogger):
    """A SiteLogger that writes lines in the site's JSON format."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())
