// Adds to the stock widgets of the admin what they lack for screen readers.
"use strict";
window.addEventListener("load", function () {
    // The help icon of a selector of many values is a picture, but not an img element.
    for (const help of document.querySelectorAll(".selector .help-tooltip[aria-label]")) {
        help.setAttribute("role", "img");
    }
    // The words before the boxes for date and time are plain text, not labels.
    for (const box of document.querySelectorAll(".datetime input")) {
        const words = box.previousSibling && box.previousSibling.textContent.trim();
        if (words && !box.labels.length) {
            box.setAttribute("aria-label", words);
        }
    }
});
