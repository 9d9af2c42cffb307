// The admin's own widgets say some things only to the eye: here they are said to those who listen, too.
"use strict";
window.addEventListener("load", function () {
    // The two boxes of a choice among many explain themselves by a picture that is no picture by its tag.
    for (const help of document.querySelectorAll(".selector .help-tooltip[aria-label]")) {
        help.setAttribute("role", "img");
    }
    // Date and time stand in one field: the words before each box are no labels.
    for (const box of document.querySelectorAll(".datetime input")) {
        const words = box.previousSibling && box.previousSibling.textContent.trim();
        if (words && !box.labels.length) {
            box.setAttribute("aria-label", words);
        }
    }
});
