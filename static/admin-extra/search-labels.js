// Adds the label of each select to the boxes that Select2 puts in its place.
"use strict";
{
    const labelOf = (select) => select.getAttribute("aria-label") || select.title;

    function labelBoxes() {
        for (const select of document.querySelectorAll("select.admin-autocomplete")) {
            for (const box of select.nextElementSibling?.querySelectorAll("[role=textbox], [role=searchbox]") ?? []) {
                box.setAttribute("aria-label", labelOf(select));
            }
        }
    }

    window.addEventListener("load", () => {
        // jQuery runs ready handlers in order, sometimes after `load`. By then Select2 has created its boxes.
        django.jQuery(labelBoxes);
        // Another listener creates the box of an added row, possibly after this one.
        document.addEventListener("formset:added", () => setTimeout(labelBoxes));
        // An open list has a separate search field elsewhere on the page.
        django.jQuery(document).on("select2:open", ({ target }) => {
            const search = document.querySelector(".select2-dropdown .select2-search__field");
            search?.setAttribute("aria-label", labelOf(target));
            // A box for multiple values refers to its list by aria-owns, but lacks aria-controls.
            const box = target.nextElementSibling.querySelector("[role=combobox][aria-owns]");
            box?.setAttribute("aria-controls", box.getAttribute("aria-owns"));
        });
    });
}
