// Keyboard shortcuts for the joint review: j and k move, x ticks, P publishes, and Enter follows the focused link.
"use strict";
{
    const form = document.getElementById("together");
    const links = [...form.querySelectorAll("th[scope=row] a")];
    form.querySelector(".keys").hidden = false;
    // The same setting as on the intake page.
    const areOff = () => localStorage.getItem("intake-keys-off") !== null;
    const actions = {
        KeyJ: () => move(1),
        KeyK: () => move(-1),
        KeyX: () => current()?.closest("tr").querySelector("[name=record]").click(),
    };
    const current = () => links.find((link) => link.closest("tr").contains(document.activeElement));
    const move = (step) => links[Math.min(Math.max(links.indexOf(current()) + step, 0), links.length - 1)].focus();
    document.addEventListener("keydown", (event) => {
        const box = event.target.closest("[name=record]");
        // Enter in a checkbox would submit the form.
        if (event.key === "Enter" && box) {
            event.preventDefault();
            current().click();
        }
        const inField = !box && event.target.closest("input, textarea, select, summary");
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || inField || areOff()) {
            return;
        }
        if (event.shiftKey && event.code === "KeyP") {
            form.querySelector("[value=publish]")?.click();
        } else if (!event.shiftKey && event.code in actions) {
            event.preventDefault();
            actions[event.code]();
        }
    });
}
