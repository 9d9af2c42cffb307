// Entry module of pages with a map. It makes each map interactive, including maps that htmx inserts later. The server
// draws the selected city, so selecting a city replaces the map and changes the URL. The back button undoes it.
import { createCities } from "./map/cities.js";
import { createSearch } from "./map/search.js";
import { createView } from "./map/view.js";

// The position, zoom and selected city of the map that is being replaced.
let kept = null;

const selectedIn = (figure) => figure.querySelector(".discs [aria-current]");

function replaceMap(figure, address) {
  const { x, y, zoom } = figure.view;
  kept = { x, y, zoom, city: selectedIn(figure)?.dataset.city };
  // On pages with filters, all results are replaced, because the filter form and links also contain the selected city.
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
  // If no city was found, the field is focused, because its description explains why.
  if (field.matches("[aria-invalid]")) field.focus();
  else focus(selected ?? closed ?? cities[0]);
  const panel = figure.querySelector(".map-panel");
  if (panel) {
    // Scrolls to the panel's position below the map. As a sticky panel, it would cover part of the map.
    panel.style.position = "static";
    panel.scrollIntoView({ block: "nearest" });
    panel.style.position = "";
  }
  for (const link of document.querySelectorAll("a[hreflang]")) link.search = location.search;
}

// The server also finds a city by part of its name. The URL then gets the slug of the city.
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
// If the URL selects a city, the page scrolls to its panel, which is below the map on phones.
if (!location.hash) document.querySelector(".map-panel")?.scrollIntoView({ block: "nearest" });
document.addEventListener("htmx:afterSettle", activateMaps);
document.addEventListener("keydown", (event) => {
  // One press of Escape closes one element. Other handlers prevent the default. The filters have their own handler.
  if (event.key !== "Escape" || event.defaultPrevented || event.target.closest?.("#filters")) return;
  document.querySelector("[data-map-close]")?.click();
});
