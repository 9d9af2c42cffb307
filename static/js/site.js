// What makes lists pleasanter to use. Without any of it every page works: filters are a form, links are links.
"use strict";

const results = document.getElementById("results");
const filters = () => document.getElementById("filters");
const wide = matchMedia("(min-width: 70.01rem)");

// Browsers that cannot show the contents of a closed <details>, as the style sheet asks for on wide screens.
function openFilters() {
  if (filters() && wide.matches && !CSS.supports("selector(::details-content)")) filters().open = true;
}

// A field above a long list shows the options that contain what is typed.
function find(field) {
  const words = field.value.trim().toLocaleLowerCase();
  for (const label of field.parentElement.querySelectorAll("label")) {
    const chosen = label.querySelector("input").checked;
    label.hidden = !chosen && !label.textContent.toLocaleLowerCase().includes(words);
  }
}

function say(words) {
  const said = document.getElementById("said");
  if (said) said.textContent = words;
}

// What htmx's exchange of the results would lose: what is open, scrolled and looked for.
let kept = null;

function keep() {
  kept = { open: new Map(), scrolled: new Map(), looked: new Map() };
  for (const details of results.querySelectorAll("details[id]")) kept.open.set(details.id, details.open);
  for (const box of results.querySelectorAll(".long, .filters form")) if (box.id) kept.scrolled.set(box.id, box.scrollTop);
  for (const field of results.querySelectorAll(".find")) kept.looked.set(field.id, field.value);
}

function restore() {
  if (!kept) return;
  const each = (map, use) => map.forEach((value, id) => {
    const element = document.getElementById(id);
    if (element) use(element, value);
  });
  each(kept.open, (details, open) => { details.open = open; });
  each(kept.looked, (field, value) => { field.value = value; find(field); });
  each(kept.scrolled, (box, top) => { box.scrollTop = top; });
  kept = null;
}

if (results) {
  openFilters();
  let toTop = false;

  results.addEventListener("input", (event) => {
    if (event.target.matches(".find")) find(event.target);
  });
  let changed = 0;
  results.addEventListener("change", (event) => {
    // What is typed there is no filter.
    if (event.target.matches(".find")) event.stopPropagation();
    else changed = event.timeStamp;
  }, true);
  results.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".find")) event.preventDefault();
    if (event.key === "Escape" && filters().open && !wide.matches) closeSheet();
  });
  // What covers the page behind the sheet is drawn by the sheet itself.
  results.addEventListener("click", (event) => {
    if (event.target === filters() && !wide.matches) closeSheet();
  });
  results.addEventListener("submit", (event) => {
    if (!wide.matches) closeSheet();
    // Enter in a field is a change and then a submission: one request will do.
    if (event.timeStamp - changed < 50) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);

  function closeSheet() {
    filters().open = false;
    filters().querySelector("summary").focus({ preventScroll: true });
  }

  // Empty fields stay out of the address.
  document.addEventListener("htmx:configRequest", (event) => {
    const parameters = event.detail.parameters;
    for (const name of [...parameters.keys()]) {
      const values = parameters.getAll(name).filter((value) => value !== "");
      parameters.delete(name);
      for (const value of values) parameters.append(name, value);
    }
    toTop = Boolean(event.target.closest("[data-to-top]"));
  });
  document.addEventListener("htmx:beforeSwap", keep);
  document.addEventListener("htmx:afterSettle", () => {
    openFilters();
    restore();
    const heading = results.querySelector("h1");
    // Where what had the focus is gone, reading goes on from the heading.
    if (toTop || document.activeElement === document.body) heading.focus({ preventScroll: !toTop });
    toTop = false;
    say(heading.textContent);
    for (const link of document.querySelectorAll("a[hreflang]")) link.search = location.search;
  });
  // An error has a page of its own: show that.
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => { location.href = event.detail.pathInfo.finalRequestPath; });
  }
}

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard.writeText(location.href).then(() => {
      const words = copy.textContent;
      copy.textContent = copy.dataset.done;
      say(copy.dataset.done);
      setTimeout(() => { copy.textContent = words; }, 2000);
    });
  }
  const menu = document.querySelector(".menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (menu && event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
