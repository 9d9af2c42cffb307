// Select2 replaces a select by boxes of its own without the label of the select: here they receive it.
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
        // jQuery calls its ready handlers in order, sometimes after `load`: Select2 has made its boxes by then.
        django.jQuery(labelBoxes);
        // Another listener turns the select of an added row into a box, possibly after this one.
        document.addEventListener("formset:added", () => setTimeout(labelBoxes));
        // The open list has a search field of its own, in another place of the page.
        django.jQuery(document).on("select2:open", function (event) {
            const search = document.querySelector(".select2-dropdown .select2-search__field");
            if (search) {
                search.setAttribute("aria-label", labelOf(event.target));
            }
            // A box for several values states that it owns its list, but not that it controls it.
            const box = event.target.nextElementSibling.querySelector("[role=combobox][aria-owns]");
            if (box) {
                box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
            }
        });
    });
})();
