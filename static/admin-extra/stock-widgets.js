// Adds to Django's admin pages the missing labels and roles for screen readers, a keyboard shortcut for saving, and a
// guard against double clicks on submit buttons.
"use strict";
document.addEventListener("submit", (event) => {
    const { dataset } = event.target;
    if (Date.now() - (dataset.sentAt ?? 0) < 1000) {
        event.preventDefault();
    } else if (!event.defaultPrevented) {
        dataset.sentAt = Date.now();
    }
});
{
    const save = document.querySelector(
        "#content-main :is([name=_save], [name=_cells], [name=_add], [name=_preview])",
    );
    save?.setAttribute("aria-keyshortcuts", "Control+S");
    document.addEventListener("keydown", (event) => {
        // Checks the physical key, because it produces a different letter on a Cyrillic layout.
        if (save && (event.ctrlKey || event.metaKey) && !event.altKey && event.code === "KeyS") {
            event.preventDefault();
            save.click();
        }
    });
}
window.addEventListener("load", () => {
    // The help icon of a many-to-many selector is an image without an img element.
    for (const help of document.querySelectorAll(".selector .help-tooltip[aria-label]")) {
        help.setAttribute("role", "img");
    }
    // The text before date and time fields is not inside a label element.
    for (const box of document.querySelectorAll(".datetime input")) {
        const words = box.previousSibling?.textContent.trim();
        if (words && !box.labels.length) {
            box.setAttribute("aria-label", words);
        }
    }
});
