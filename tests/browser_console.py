"""The errors that a browser reports while a test uses a page."""

from playwright.sync_api import Page

# The expected error that htmx reports when a newer request cancels an earlier request, as after several quick clicks.
# A failed request causes an additional error.
ABORTED_REQUEST = ("htmx:afterRequest", "htmx:sendAbort")


def console_errors(page: Page) -> list[str]:
    """Returns a list that collects new script errors and violations of the content security policy."""
    errors: list[str] = []

    def record(message) -> None:
        if message.type == "error" and not message.text.startswith(ABORTED_REQUEST):
            errors.append(message.text)

    page.on("console", record)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors
