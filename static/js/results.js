// Entry module of lists and of the matrix. htmx replaces the results after each change, and this updates the page.
import { openOnWideScreens, searchOptions } from "./filters.js";
import { setTabStop } from "./histogram.js";
import { closePanel, insertOptions, openedPanel, recordAnswer } from "./panels.js";
import { hasState, restoreState, saveState } from "./state.js";
import { announce } from "./status.js";

// Maximum length of the running head in print. It must equal the limit on the server.
const MAX_RUNNING_HEAD = 100;

const results = document.getElementById("results");
let scrollsToTop = false;
let isSwapped = false;

// Does the same as hx-boost, but with a single listener. hx-boost would add seventy after each swap, which takes 6 ms.
results.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a[href]:not([data-show-all])");
  if (!window.htmx || link?.closest("[data-boost]")?.dataset.boost !== "true") return;
  event.preventDefault();
  // Event listeners handle aborted and failed requests.
  htmx.ajax("GET", link.getAttribute("href"), { source: link }).catch(() => {});
});

document.addEventListener("htmx:configRequest", (event) => {
  const { parameters, headers, triggeringEvent } = event.detail;
  // Adds the value of the Exclude button to the selected values with this name. htmx would replace these values.
  const { submitter } = triggeringEvent ?? {};
  if (submitter?.name) {
    parameters.delete(submitter.name);
    for (const value of new FormData(event.target, submitter).getAll(submitter.name)) {
      parameters.append(submitter.name, value);
    }
  }
  // Leaves empty fields out of the URL.
  for (const name of [...parameters.keys()]) {
    const values = parameters.getAll(name).filter((value) => value !== "");
    parameters.delete(name);
    for (const value of values) parameters.append(name, value);
  }
  // The server neither counts nor sends the options of closed panels, unless the reader searches them.
  const panels = [...results.querySelectorAll(".options")];
  const open = panels.filter((panel) => panel.open || panel.querySelector(".option-search")?.value);
  headers["Open-Filters"] = open.map((panel) => panel.id.replace("filter-", "")).join(",");
  scrollsToTop = Boolean(event.target.closest("[data-scroll-to-top]"));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (insertOptions(detail)) return;
  if (detail.target === results) recordAnswer(detail.serverResponse);
  saveState(detail);
});

// State is restored before the browser paints, because settling takes time. Both events fire once per new element.
document.addEventListener("htmx:afterSwap", () => {
  if (!hasState()) return;
  isSwapped = true;
  openOnWideScreens();
  setTabStop();
  restoreState();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!isSwapped) return;
  isSwapped = false;
  // Fields can request more options only after settling.
  for (const field of results.querySelectorAll(".option-search")) if (field.value) searchOptions(field);
  if (detail.target !== results) return;
  const heading = results.querySelector("h1");
  // If the focused element was removed, the heading gets the focus.
  if (scrollsToTop || document.activeElement === document.body) heading.focus({ preventScroll: !scrollsToTop });
  scrollsToTop = false;
  const words = heading.dataset.announce ?? heading.textContent;
  announce(words);
  updateRunningHead(words);
  updateLinks();
});

// Updates the running head, which is printed above every page of a list.
function updateRunningHead(text) {
  const { dataset } = document.documentElement;
  const isLong = text.length > MAX_RUNNING_HEAD;
  if (dataset.title) dataset.title = isLong ? `${text.slice(0, MAX_RUNNING_HEAD - 1)}…` : text;
}

// Updates links outside the results that depend on the filters (other languages, the feed, and the list as JSON).
function updateLinks() {
  for (const link of document.querySelectorAll("a[hreflang]")) link.search = location.search;
  const feed = document.head.querySelector("link[type='application/atom+xml']");
  if (feed) feed.href = results.querySelector("[data-feed]")?.dataset.feed ?? feed.href;
  const json = document.head.querySelector("link[type='application/json']");
  const download = results.querySelector("[download][href*='.jsonl']");
  if (json && download) json.href = json.href.split("?")[0] + download.search;
}

// After an error, the browser loads the error page. Without a connection, an opened panel closes again.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail }) => {
    const panel = openedPanel(detail);
    if (panel && !detail.xhr.status) closePanel(panel);
    else location.href = detail.pathInfo.finalRequestPath;
  });
}
