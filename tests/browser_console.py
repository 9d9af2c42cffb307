"""What the browser complains about while a test uses a page."""

from playwright.sync_api import Page

# htmx calls it an error when it gives up a request for a newer one, as it is told to where a reader makes several
# choices in a row. A request that fails is an error of another name besides.
GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")


def complaints(page: Page) -> list[str]:
    """The errors from now on, filled as they come: of scripts, and breaches of the policy."""
    found: list[str] = []

    def hear(message) -> None:
        if message.type == "error" and not message.text.startswith(GIVEN_UP):
            found.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
