// The filter form: next to the list on wide screens, a sheet over the page on narrow ones.

const results = document.getElementById("results");
const isWide = matchMedia("(min-width: 70.01rem)");
const isSheet = matchMedia("(max-width: 44rem)");
// Enter in a field fires a change and then a submission: within this time they are one action.
const SAME_ACTION_MS = 50;
let changedAt = 0;

const filters = () => document.getElementById("filters");

// For browsers without ::details-content, which the style sheet uses to show the filters on wide screens.
export function openOnWideScreens() {
  if (filters() && isWide.matches && !CSS.supports("selector(::details-content)")) filters().open = true;
}

function closeSheet() {
  filters().open = false;
  filters().querySelector("summary").focus({ preventScroll: true });
}

// Shows the options that contain the text of the search field above them. The first search requests all options.
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
  // A search among options is not a filter.
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

// Behind the sheet, the focus would not be seen.
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
  // After excluding an option, the reader may select more.
  if (!isWide.matches && isApplied) closeSheet();
  if (event.timeStamp - changedAt < SAME_ACTION_MS && isApplied) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);
