// Adds the labels and roles for screen readers that the stock widgets of the admin lack.
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
});
