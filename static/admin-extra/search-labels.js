// Select2 puts boxes of its own in the place of a select and leaves its label behind: they get it back here.
"use strict";
(function () {
    function nameOf(select) {
        return select.getAttribute("aria-label") || select.title;
    }

    function nameBoxes() {
        for (const select of document.querySelectorAll("select.admin-autocomplete")) {
            const container = select.nextElementSibling;
            const boxes = container ? container.querySelectorAll("[role=textbox], [role=searchbox]") : [];
            for (const box of boxes) {
                box.setAttribute("aria-label", nameOf(select));
            }
        }
    }

    window.addEventListener("load", function () {
        // jQuery calls what waits for the page in order, at times after `load`: the boxes are made before.
        django.jQuery(nameBoxes);
        // A row that was added has its select turned into a box by a listener that may come after this one.
        document.addEventListener("formset:added", () => setTimeout(nameBoxes));
        // The list that opens has a search field of its own, elsewhere in the page.
        django.jQuery(document).on("select2:open", function (event) {
            const search = document.querySelector(".select2-dropdown .select2-search__field");
            if (search) {
                search.setAttribute("aria-label", nameOf(event.target));
            }
            // A box for several says only that it owns its list, not that it controls it.
            const box = event.target.nextElementSibling.querySelector("[role=combobox][aria-owns]");
            if (box) {
                box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
            }
        });
    });
})();
