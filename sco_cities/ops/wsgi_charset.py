"""What has to be put right before Django makes a request out of what the web server hands over."""

import re
from collections.abc import Callable

# Forms are sent in UTF-8 by every browser, because the pages are in UTF-8.
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def without_charset(application: Callable) -> Callable:
    """The WSGI application, which reads every request as UTF-8, whatever charset its Content-Type names.

    Django decodes the query string with any codec of that name while it makes the request, where nothing
    catches what goes wrong: "hex" and "undefined" are codecs that decode no text, and too many parameters
    raise there as well. That would be the web server's bare 500.
    """

    def with_utf8(environ: dict, start_response: Callable):
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
        return application(environ, start_response)

    return with_utf8
