// Asks before a form with unsaved changes is left; nothing of it is stored in the browser.
"use strict";
window.addEventListener("load", function () {
    const button = document.querySelector("#content-main [name=_save]");
    if (!button) {
        return;
    }
    const form = button.form;
    const content = () => new URLSearchParams(new FormData(form)).toString();
    // A form with errors has not been saved. Select2 and the widgets of Django have filled in theirs by now.
    let saved = document.querySelector(".errornote") ? "" : content();
    form.addEventListener("submit", () => {
        saved = null;
    });
    window.addEventListener("beforeunload", (event) => {
        if (saved !== null && content() !== saved) {
            event.preventDefault();
        }
    });
});
