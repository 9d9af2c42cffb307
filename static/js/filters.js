// The filter form. On wide screens it is next to the list, on narrow screens it is a sheet that covers the page.

const results = document.getElementById("results");
const isWide = matchMedia("(min-width: 70.01rem)");
const isSheet = matchMedia("(max-width: 44rem)");
// Enter in a field fires a change event and then a submit event. Within this time, both count as one action.
const SAME_ACTION_MS = 50;
let changedAt = 0;

const filters = () => document.getElementById("filters");

// On wide screens, the style sheet shows the filters with ::details-content. Other browsers need this function.
export function openOnWideScreens() {
  if (filters() && isWide.matches && !CSS.supports("selector(::details-content)")) filters().open = true;
}

function closeSheet() {
  filters().open = false;
  filters().querySelector("summary").focus({ preventScroll: true });
}

// Shows only the options that contain the text in the search field. The first search requests all options.
export function searchOptions(field) {
  const text = field.value.trim().toLocaleLowerCase();
  const list = field.nextElementSibling;
  if (text && list.querySelector("[data-show-all]")) window.htmx?.trigger(field, "all");
  for (const row of list.querySelectorAll("li")) {
    const label = row.querySelector("label > :is(span:not([class]), s)").textContent;
    row.hidden = !row.querySelector(":checked") && !label.toLocaleLowerCase().includes(text);
  }
}

function requestAllOptions(link) {
  const field = link.closest("fieldset").querySelector(".option-search");
  field.focus();
  htmx.trigger(field, "all");
}

openOnWideScreens();

results.addEventListener("input", (event) => {
  if (event.target.matches(".option-search")) searchOptions(event.target);
});

results.addEventListener("change", (event) => {
  // Searching the options does not change a filter.
  if (event.target.matches(".option-search")) event.stopPropagation();
  else changedAt = event.timeStamp;
}, true);

results.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".option-search")) event.preventDefault();
  if (event.key === "Escape" && filters().open && !isWide.matches) {
    event.preventDefault();
    closeSheet();
  }
});

// The sheet closes when it loses the focus, because the sheet would cover the focused element.
results.addEventListener("focusout", ({ target, relatedTarget }) => {
  const isLeft = relatedTarget && filters().contains(target) && !filters().contains(relatedTarget);
  if (isLeft && isSheet.matches) filters().open = false;
});

results.addEventListener("click", (event) => {
  // The backdrop of the sheet is a pseudo-element of the filters.
  if (event.target === filters() && !isWide.matches) closeSheet();
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (window.htmx && event.target.matches("[data-show-all]")) {
    event.preventDefault();
    requestAllOptions(event.target);
  }
});

results.addEventListener("submit", (event) => {
  const isApplied = !event.submitter?.name;
  // The sheet stays open after a click on Exclude, because the reader may change further options.
  if (!isWide.matches && isApplied) closeSheet();
  if (event.timeStamp - changedAt < SAME_ACTION_MS && isApplied) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);
