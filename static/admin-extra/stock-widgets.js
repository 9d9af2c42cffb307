// What the stock pages of the admin lack: labels and roles for screen readers, and a key that saves.
"use strict";
window.addEventListener("load", function () {
    // The help icon of a many-to-many selector is an image, but not an img element.
    for (const help of document.querySelectorAll(".selector .help-tooltip[aria-label]")) {
        help.setAttribute("role", "img");
    }
    // The text before the fields for date and time is not in a label element.
    for (const box of document.querySelectorAll(".datetime input")) {
        const words = box.previousSibling && box.previousSibling.textContent.trim();
        if (words && !box.labels.length) {
            box.setAttribute("aria-label", words);
        }
    }
    const save = document.querySelector("#content-main [name=_save]");
    if (save) {
        save.setAttribute("aria-keyshortcuts", "Control+S");
        document.addEventListener("keydown", function (event) {
            // The place of the key: with a Cyrillic layout it gives another letter.
            if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === "KeyS") {
                event.preventDefault();
                save.click();
            }
        });
    }
});
