// Buttons that copy and print the recovery codes. They stay hidden without scripts.
"use strict";
document.addEventListener("DOMContentLoaded", function () {
    const buttons = document.querySelector(".recovery-code-buttons");
    buttons.hidden = false;
    buttons.querySelector("[data-print]").addEventListener("click", function () { window.print(); });
    const copy = buttons.querySelector("[data-copy]");
    // Browsers provide the clipboard only to pages served over HTTPS.
    copy.hidden = !navigator.clipboard;
    copy.addEventListener("click", async function () {
        const codes = document.querySelectorAll("#" + copy.dataset.copy + " code");
        await navigator.clipboard.writeText(Array.from(codes, function (code) { return code.textContent; }).join("\n"));
        copy.textContent = copy.dataset.copiedText;
    });
});
