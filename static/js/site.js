// What makes lists pleasanter to use. Without any of it every page works: filters are a form, links are links.
"use strict";

const results = document.getElementById("results");
const filters = () => document.getElementById("filters");
const wide = matchMedia("(min-width: 70.01rem)");

// Browsers that cannot show the contents of a closed <details>, as the style sheet asks for on wide screens.
function openFilters() {
  if (filters() && wide.matches && !CSS.supports("selector(::details-content)")) filters().open = true;
}

// A field above a long list shows the options that contain what is typed; the first time it has all of them sent.
function find(field) {
  const words = field.value.trim().toLocaleLowerCase();
  const list = field.nextElementSibling;
  if (words && list.querySelector("[data-all]")) window.htmx?.trigger(field, "all");
  for (const row of list.querySelectorAll("li")) {
    const label = row.querySelector("label > :is(span:not([class]), s)").textContent;
    row.hidden = !row.querySelector(":checked") && !label.toLocaleLowerCase().includes(words);
  }
}

function say(words) {
  const said = document.getElementById("said");
  if (said) said.textContent = words;
}

// What htmx's exchange of the results would lose: what is open, scrolled, looked for, and has the focus.
let kept = null;

const valueOf = (row) => row.querySelector("input").value.replace(/^-/, "");
const yearOf = (bar) => bar.dataset.years;

function keep({ detail }) {
  if (detail.target === results) sent = detail.serverResponse;
  kept = { open: new Map(), scrolled: new Map(), looked: new Map() };
  for (const details of results.querySelectorAll("details[id]")) kept.open.set(details.id, details.open);
  for (const box of results.querySelectorAll(".long, .filters form")) if (box.scrollTop) kept.scrolled.set(box.id, box.scrollTop);
  for (const field of results.querySelectorAll(".find")) kept.looked.set(field.id, field.value);
  const focus = document.activeElement;
  const row = focus.closest(".options li");
  if (row) {
    const list = row.closest("[id]");
    kept.row = { list: list.id, value: valueOf(row), isBox: focus.matches("input") };
    kept.order = [...list.querySelectorAll("li")].map(valueOf);
  }
  if (focus.closest(".histogram")) kept.year = yearOf(focus);
  if (focus.matches("summary")) kept.summary = focus.parentElement.id;
  if (detail.target !== results || !detail.shouldSwap) return;
  if (results.contains(focus)) kept.focus = focus;
  // htmx takes leave of each of two thousand elements with two events, and compares all new ones with them.
  results.replaceChildren();
}

// While no record has changed, a filter that was opened comes alone: all that a reader was doing elsewhere stays.
// That is told from the results as they were sent; what a reader has done with them is not in there.
let sent = "";

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

// Of what both show: options that wait are in one of them alone.
function agree(one, other) {
  const parts = ["h1", ".rows", ".histogram"];
  for (const panel of one.querySelectorAll(".options")) parts.push(`#${panel.id} > fieldset:not([aria-busy])`);
  return parts.every((part) => {
    const [here, there] = [one.querySelector(part), other.querySelector(part)];
    return !here || !there || here.isEqualNode(there);
  });
}

// The filter that was opened, where that is what asked.
const opened = ({ requestConfig: { elt } }) => (elt.matches(".options") ? elt : null);

function comesAlone({ detail }) {
  const panel = opened(detail);
  if (!panel || !sent || detail.isError) return false;
  const answer = parsed(detail.serverResponse);
  if (!agree(parsed(sent), answer)) return false;
  const options = answer.querySelector(`#${panel.id} > fieldset`);
  panel.querySelector("fieldset").replaceWith(options);
  htmx.process(options);
  detail.shouldSwap = false;
  return true;
}

// As if it had not been opened: who opens it again asks again.
function closeAgain(panel) {
  panel.open = false;
  const anew = panel.cloneNode(true);
  panel.replaceWith(anew);
  htmx.process(anew);
  anew.querySelector("summary").focus({ preventScroll: true });
}

// Reading goes on in the same place: of a field, also between the same letters.
function refocus(old) {
  const field = document.getElementById(old.id);
  field?.focus({ preventScroll: true });
  if (field && old.selectionStart) field.setSelectionRange(old.selectionStart, old.selectionEnd);
}

function restore() {
  const each = (map, use) => map.forEach((value, id) => {
    const element = document.getElementById(id);
    if (element) use(element, value);
  });
  each(kept.open, (details, open) => { details.open = open; });
  each(kept.looked, (field, value) => {
    field.value = value;
    if (value) find(field);
  });
  const list = kept.row && document.getElementById(kept.row.list);
  if (list) {
    // Chosen options come first, but not while the reader is among them: nothing moves under the finger.
    const place = (row) => (kept.order.indexOf(valueOf(row)) + 1) || Infinity;
    const rows = [...list.querySelectorAll("li")];
    const before = (one, other) => Math.sign(place(one) - place(other)) || 0;
    list.querySelector("ul").append(...rows.sort(before));
    const row = rows.find((each) => valueOf(each) === kept.row.value);
    const not = !kept.row.isBox && row?.querySelector(".not");
    (not || row?.querySelector("input"))?.focus({ preventScroll: true });
  }
  if (kept.focus?.id) refocus(kept.focus);
  if (kept.summary) document.getElementById(kept.summary)?.querySelector("summary").focus({ preventScroll: true });
  if (kept.year) [...results.querySelectorAll(".histogram a")].find((bar) => yearOf(bar) === kept.year)?.focus({ preventScroll: true });
  // Last, and only where it is needed: the browser must lay the page out for it.
  each(kept.scrolled, (box, top) => { box.scrollTop = top; });
  kept = null;
}

// The bars of a histogram are one stop of the Tab key; arrow keys go from one to the next.
function oneStop(stop) {
  const bars = [...results.querySelectorAll(".histogram a")];
  stop ??= bars.find((bar) => bar.closest(".chosen")) ?? bars.at(-1);
  for (const bar of bars) bar.tabIndex = bar === stop ? 0 : -1;
}

if (results) {
  openFilters();
  oneStop();
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
    const bar = event.target.closest(".histogram li");
    const next = bar && { ArrowLeft: bar.previousElementSibling, ArrowRight: bar.nextElementSibling, Home: bar.parentElement.firstElementChild, End: bar.parentElement.lastElementChild }[event.key];
    if (next) {
      event.preventDefault();
      oneStop(next.firstElementChild);
      next.firstElementChild.focus();
    }
  });
  // What covers the page behind the sheet is drawn by the sheet itself.
  results.addEventListener("click", (event) => {
    if (event.target === filters() && !wide.matches) closeSheet();
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (window.htmx && event.target.matches("[data-all]")) {
      event.preventDefault();
      const field = event.target.closest("fieldset").querySelector(".find");
      field.focus();
      htmx.trigger(field, "all");
      return;
    }
    // What hx-boost is for. It would listen at each of seventy links by itself, anew after every exchange: 6 ms.
    const link = event.target.closest("a[href]");
    if (window.htmx && link?.closest("[data-boost]")?.dataset.boost === "true") {
      event.preventDefault();
      // Who is quicker than the answer, or gets none, is heard of by its events.
      htmx.ajax("GET", link.getAttribute("href"), { source: link }).catch(() => {});
    }
  });
  results.addEventListener("submit", (event) => {
    const isApplied = !event.submitter?.name;
    // Who leaves an option out goes on choosing.
    if (!wide.matches && isApplied) closeSheet();
    // Enter in a field is a change and then a submission: one request will do.
    if (event.timeStamp - changed < 50 && isApplied) {
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
    // Of the others no options are counted and sent before they are opened: unless something is looked for in them.
    const open = [...results.querySelectorAll(".options")].filter((panel) => panel.open || panel.querySelector(".find")?.value);
    event.detail.headers["Open-Filters"] = open.map((panel) => panel.id.replace("filter-", "")).join(",");
    toTop = Boolean(event.target.closest("[data-to-top]"));
  });
  document.addEventListener("htmx:beforeSwap", (event) => { if (!comesAlone(event)) keep(event); });
  // At once, before the browser draws: settling takes its time. Both come once for each of the new elements.
  let swapped = false;
  document.addEventListener("htmx:afterSwap", () => {
    if (!kept) return;
    swapped = true;
    openFilters();
    oneStop();
    restore();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!swapped) return;
    swapped = false;
    // Only now can they ask for more.
    for (const field of results.querySelectorAll(".find")) if (field.value) find(field);
    if (event.detail.target !== results) return;
    const heading = results.querySelector("h1");
    // Where what had the focus is gone, reading goes on from the heading.
    if (toTop || document.activeElement === document.body) heading.focus({ preventScroll: !toTop });
    toTop = false;
    say(heading.textContent);
    for (const link of document.querySelectorAll("a[hreflang]")) link.search = location.search;
    const feed = document.head.querySelector("link[type='application/atom+xml']");
    if (feed) feed.href = results.querySelector("[data-feed]")?.href ?? feed.href;
  });
  // An error has a page of its own: show that.
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, ({ detail }) => {
      if (opened(detail) && !detail.xhr.status) closeAgain(opened(detail));
      else location.href = detail.pathInfo.finalRequestPath;
    });
  }
}

async function copyAddress(button) {
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    // Browsers refuse that to pages that have come without encryption, but copy what is marked.
    const field = document.body.appendChild(document.createElement("input"));
    field.value = location.href;
    field.focus({ preventScroll: true });
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    button.focus({ preventScroll: true });
    if (!isCopied) return;
  }
  button.dataset.words ??= button.textContent;
  button.textContent = button.dataset.done;
  say(button.dataset.done);
  setTimeout(() => { button.textContent = button.dataset.words; }, 2000);
}

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) copyAddress(copy);
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

// On paper: when it was printed, in the reader's language. The page itself may be older, and says of when its data are.
addEventListener("beforeprint", () => {
  const { lang } = document.documentElement;
  const today = new Date().toLocaleDateString(lang === "en" ? "en-GB" : lang, { dateStyle: "long" });
  for (const place of document.querySelectorAll("[data-printed]")) {
    place.querySelector("span").textContent = today;
    place.hidden = false;
  }
});
document.querySelector("[data-print]")?.addEventListener("click", () => print());

// Suggestions under the search box of the header. Without this script, and on Enter, the box is a plain form.
(() => {
  const form = document.querySelector(".site-head form.search");
  const box = form?.querySelector(".suggestions");
  if (!box) return;
  const field = form.querySelector("input");
  const links = () => [...box.querySelectorAll("a")];

  function close() {
    box.hidden = true;
    box.replaceChildren();
    // What is still on its way would open it again.
    window.htmx?.trigger(field, "htmx:abort");
  }

  // These exchanges are none of the page's results: nothing else of the page follows them.
  for (const name of ["configRequest", "beforeSwap", "afterSettle", "responseError", "sendError", "timeout"]) {
    form.addEventListener(`htmx:${name}`, (event) => event.stopPropagation());
  }
  form.addEventListener("htmx:configRequest", (event) => {
    if (field.value.trim().length) return;
    event.preventDefault();
    close();
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    // Who has gone on meanwhile is not called back.
    if (!form.contains(document.activeElement)) event.detail.shouldSwap = false;
  });
  form.addEventListener("htmx:afterSwap", () => { box.hidden = !links().length; });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !box.hidden) {
      event.preventDefault();
      field.focus();
      close();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || box.hidden || event.isComposing) return;
    event.preventDefault();
    // The field and the links, in a ring.
    const stops = [field, ...links()];
    const place = stops.indexOf(document.activeElement);
    stops[(place + step + stops.length) % stops.length].focus();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
  form.addEventListener("submit", close);
})();

// Notes open beside their markers. Without this script, and on a second click, a marker leads to its note below.
(() => {
  if (!("popover" in HTMLElement.prototype)) return;
  const MARKER = 'a.marker[href^="#note-"]';
  const OPENS_AFTER = 120;
  const CLOSES_AFTER = 250;
  let box = null; // the open note
  let marker = null; // and the marker that it belongs to
  let isPinned = false; // opened by a click: stays until it is closed
  let dismissed; // the marker that gets the focus back and does not open again
  let timer = 0;

  function close() {
    clearTimeout(timer);
    if (!box) return;
    const [oldBox, oldMarker] = [box, marker];
    box = marker = null;
    isPinned = false;
    oldMarker.removeAttribute("aria-expanded");
    oldBox.remove();
  }

  function contents(note) {
    const source = note.closest(".report").querySelector(".source").cloneNode(true);
    const text = note.querySelector("div > p").cloneNode(true);
    return [source, text];
  }

  function place() {
    const at = marker.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const room = document.documentElement.clientWidth - size.width - 12;
    const isAbove = at.bottom + size.height + 8 > innerHeight && at.top > size.height + 8;
    box.style.left = `${scrollX + Math.max(12, Math.min(at.left - 16, room))}px`;
    box.style.top = `${scrollY + (isAbove ? at.top - size.height - 4 : at.bottom + 4)}px`;
  }

  function open(which) {
    clearTimeout(timer);
    if (marker === which) return;
    const note = document.getElementById(which.hash.slice(1));
    if (!note) return;
    close();
    marker = which;
    box = document.createElement("div");
    box.className = "in-place";
    box.popover = "manual";
    box.role = "note";
    box.ariaLabel = marker.ariaLabel;
    box.append(...contents(note));
    // Right after its marker, so that the links in it are the next to be reached by keyboard.
    marker.after(box);
    marker.ariaExpanded = "true";
    box.showPopover();
    place();
  }

  const later = (what, delay) => {
    clearTimeout(timer);
    timer = setTimeout(what, delay);
  };
  const markerAt = (target) => target.closest?.(MARKER);
  const isInside = (target) => target instanceof Node && (box?.contains(target) || marker?.contains(target));

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const over = markerAt(event.target);
    if (over && !isPinned) later(() => open(over), OPENS_AFTER);
    else if (isInside(event.target)) clearTimeout(timer);
    else if (!isPinned) later(close, CLOSES_AFTER);
  });
  document.addEventListener("focusin", (event) => {
    const focused = markerAt(event.target);
    if (focused === dismissed) return;
    if (focused && focused.matches(":focus-visible")) open(focused);
    else if (!isInside(event.target)) close();
  });
  document.addEventListener("click", (event) => {
    const clicked = markerAt(event.target);
    if (!clicked) {
      if (!isInside(event.target)) close();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (clicked === marker && isPinned) {
      close();
      return;
    }
    event.preventDefault();
    open(clicked);
    isPinned = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box) return;
    const wasInside = box.contains(document.activeElement);
    dismissed = marker;
    close();
    if (wasInside) dismissed.focus();
    dismissed = undefined;
  });
})();
