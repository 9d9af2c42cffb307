// Select2 replaces a select by its own boxes, which lack the label of the select. This script adds it.
"use strict";
(function () {
    function labelOf(select) {
        return select.getAttribute("aria-label") || select.title;
    }

    function labelBoxes() {
        for (const select of document.querySelectorAll("select.admin-autocomplete")) {
            const container = select.nextElementSibling;
            const boxes = container ? container.querySelectorAll("[role=textbox], [role=searchbox]") : [];
            for (const box of boxes) {
                box.setAttribute("aria-label", labelOf(select));
            }
        }
    }

    window.addEventListener("load", function () {
        // jQuery calls its ready handlers in order, sometimes after `load`: by then Select2 has created its boxes.
        django.jQuery(labelBoxes);
        // Another listener turns the select of an added row into a box, possibly after this one.
        document.addEventListener("formset:added", () => setTimeout(labelBoxes));
        // The open list has its own search field, elsewhere on the page.
        django.jQuery(document).on("select2:open", function (event) {
            const search = document.querySelector(".select2-dropdown .select2-search__field");
            if (search) {
                search.setAttribute("aria-label", labelOf(event.target));
            }
            // A box for several values has aria-owns for its list, but no aria-controls.
            const box = event.target.nextElementSibling.querySelector("[role=combobox][aria-owns]");
            if (box) {
                box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
            }
        });
    });
})();
