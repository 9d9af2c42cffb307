// Keeps state that an htmx swap would lose (open panels, scroll positions, searches for options, and the focus).
import { searchOptions } from "./filters.js";

const results = document.getElementById("results");
let state = null;

const valueOf = (row) => row.querySelector("input").value.replace(/^-/, "");
const yearOf = (bar) => bar.dataset.years;

export function hasState() {
  return Boolean(state);
}

export function saveState({ target, shouldSwap }) {
  state = { open: new Map(), scroll: new Map(), searches: new Map() };
  for (const details of results.querySelectorAll("details[id]")) state.open.set(details.id, details.open);
  for (const box of results.querySelectorAll(".long-list, .filters, .filters form")) {
    if (box.scrollTop) state.scroll.set(box.id, box.scrollTop);
  }
  for (const field of results.querySelectorAll(".option-search")) state.searches.set(field.id, field.value);
  const focus = document.activeElement;
  const row = focus.closest(".options li");
  if (row) {
    const list = row.closest("[id]");
    state.row = { list: list.id, value: valueOf(row), isBox: focus.matches("input") };
    state.order = [...list.querySelectorAll("li")].map(valueOf);
  }
  if (focus.closest(".histogram")) state.year = yearOf(focus);
  if (focus.matches("summary")) state.summary = focus.parentElement.id;
  if (target !== results || !shouldSwap) return;
  if (results.contains(focus)) state.focus = focus;
  // Emptied first, because htmx fires two events for each removed element and compares all new elements with them.
  results.replaceChildren();
}

export function restoreState() {
  forEachElement(state.open, (details, isOpen) => { details.open = isOpen; });
  forEachElement(state.searches, (field, text) => {
    field.value = text;
    if (text) searchOptions(field);
  });
  if (state.row) restoreOptions();
  if (state.focus?.id) restoreField(state.focus);
  if (state.summary) focusOn(document.getElementById(state.summary)?.querySelector("summary"));
  if (state.year) focusOn([...results.querySelectorAll(".histogram a")].find((bar) => yearOf(bar) === state.year));
  // This comes last and only if necessary, because setting a scroll position forces a layout.
  forEachElement(state.scroll, (box, top) => { box.scrollTop = top; });
  state = null;
}

function forEachElement(values, apply) {
  values.forEach((value, id) => {
    const element = document.getElementById(id);
    if (element) apply(element, value);
  });
}

function focusOn(element) {
  element?.focus({ preventScroll: true });
}

// The server puts selected options first. In the list that the reader is using, the previous order is restored.
function restoreOptions() {
  const list = document.getElementById(state.row.list);
  if (!list) return;
  const rows = [...list.querySelectorAll("li")];
  const rank = (row) => (state.order.indexOf(valueOf(row)) + 1) || Infinity;
  list.querySelector("ul").append(...rows.sort((one, other) => Math.sign(rank(one) - rank(other)) || 0));
  const row = rows.find((each) => valueOf(each) === state.row.value);
  const exclusion = !state.row.isBox && row?.querySelector(".exclude");
  focusOn(exclusion || row?.querySelector("input"));
}

// Also restores the selection of a text field, and text that was typed while the request was running.
function restoreField(old) {
  const field = document.getElementById(old.id);
  focusOn(field);
  if (!field || typeof old.selectionStart !== "number") return;
  if (old.value !== old.defaultValue) field.value = old.value;
  field.setSelectionRange(old.selectionStart, old.selectionEnd);
}
