// Entry module of pages with a map: makes each map interactive, also one that htmx inserts later. The server draws the
// selected city, so that selecting one replaces the map and changes the address, and the back button undoes it.
import { createCities } from "./map/cities.js";
import { createSearch } from "./map/search.js";
import { createView } from "./map/view.js";

// The visible part of the map that is being replaced, and its selected city.
let kept = null;

const selectedIn = (figure) => figure.querySelector(".discs [aria-current]");

function replaceMap(figure, address) {
  const { x, y, zoom } = figure.view;
  kept = { x, y, zoom, city: selectedIn(figure)?.dataset.city };
  // Beside filters, all results are replaced: the form and links of the filters hold the selected city, too.
  const part = figure.closest("#results") ? {} : { target: figure, swap: "outerHTML", select: "#map" };
  if (!window.htmx) location.href = address;
  else htmx.ajax("GET", address, { source: figure, ...part }).catch(() => {});
}

function activate(figure) {
  figure.dataset.initialized = "";
  const svg = figure.querySelector(".map-frame > svg");
  const tools = figure.querySelector(".map-tools");
  const field = tools.querySelector("[type=search]");

  function select(text) {
    const address = new URL(location.href);
    if (text) address.searchParams.set("focus", text);
    else address.searchParams.delete("focus");
    replaceMap(figure, address.pathname + address.search);
  }

  const view = createView(svg);
  const { cities, selected, focus } = createCities(svg, view, select);
  figure.view = Object.assign(view, kept);
  createSearch(field, cities, select);
  for (const button of tools.querySelectorAll("button")) {
    button.addEventListener("click", () => view.zoomBy(Number(button.dataset.zoom)));
  }
  figure.addEventListener("click", (event) => {
    const link = event.target.closest("[data-map-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    replaceMap(figure, link.getAttribute("href"));
  });
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", svg.dataset.name);
  view.update();
  if (selected) nameInAddress(selected.dataset.city);
  if (!kept) return;
  const closed = cities.find((city) => city.dataset.city === kept.city);
  kept = null;
  // The description of the field says why it has found nothing.
  if (field.matches("[aria-invalid]")) field.focus();
  else focus(selected ?? closed ?? cities[0]);
  const panel = figure.querySelector(".map-panel");
  if (panel) {
    // To its place below the map, of which it would cover a part.
    panel.style.position = "static";
    panel.scrollIntoView({ block: "nearest" });
    panel.style.position = "";
  }
  for (const link of document.querySelectorAll("a[hreflang]")) link.search = location.search;
}

// The server finds a city by a part of its name, too. The address has the whole.
function nameInAddress(city) {
  const address = new URL(location.href);
  if ([null, city].includes(address.searchParams.get("focus"))) return;
  address.searchParams.set("focus", city);
  history.replaceState(history.state, "", address);
}

function activateMaps() {
  for (const figure of document.querySelectorAll(".map:not([data-initialized])")) activate(figure);
}

activateMaps();
// An address with a selected city opens at its description, which is below the map on a phone.
if (!location.hash) document.querySelector(".map-panel")?.scrollIntoView({ block: "nearest" });
document.addEventListener("htmx:afterSettle", activateMaps);
document.addEventListener("keydown", (event) => {
  // One Escape closes one thing: what else closes prevents the default. In a filter, the key is meant for its field.
  if (event.key !== "Escape" || event.defaultPrevented || event.target.closest?.("#filters")) return;
  document.querySelector("[data-map-close]")?.click();
});
