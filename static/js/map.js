// Entry module of pages with a map: makes each map interactive, also one that htmx inserts later.
import { createCities } from "./map/cities.js";
import { createSearch } from "./map/search.js";
import { createView } from "./map/view.js";

function activate(figure) {
  figure.dataset.initialized = "";
  const svg = figure.querySelector(".map-frame > svg");
  const tools = figure.querySelector(".map-tools");
  const view = createView(svg);
  const cities = createCities(svg, view);
  createSearch(tools.querySelector("input"), cities);
  for (const button of tools.querySelectorAll("button")) {
    button.addEventListener("click", () => view.zoomBy(Number(button.dataset.zoom)));
  }
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", svg.dataset.name);
  view.update();
}

function activateMaps() {
  for (const figure of document.querySelectorAll(".map:not([data-initialized])")) activate(figure);
}

activateMaps();
document.addEventListener("htmx:afterSettle", activateMaps);
