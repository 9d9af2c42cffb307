"""Subscribing to a list in a browser, from the list to the feed's URL and the feed."""

from playwright.sync_api import expect


def test_a_reader_copies_the_address_of_a_filtered_list_and_opens_its_feed(page, site):
    downloads = []
    page.on("download", lambda download: downloads.append(download))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/initiatives/?country=kg")
    page.locator("summary", has_text="Share").click()
    page.get_by_role("link", name="Subscribe").click()
    field = page.get_by_label("Copy the URL of the feed:")
    address = f"{site}/initiatives.atom?country=kg"
    expect(field).to_have_value(address)
    page.get_by_role("button", name="Copy URL").click()
    expect(page.locator("#status-message")).to_have_text("URL copied")
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.get_by_role("link", name="Open the feed in the browser").click()
    page.wait_for_url(address)
    expect(page.locator("body")).to_contain_text("<feed")
    assert downloads == []
