// The cities of a map: the label of the current one, and moving between them with arrow keys.

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ZOOM_FACTORS = { "+": 1.6, "-": 0.625 };

const namesOf = ({ dataset }) => [dataset.name, ...dataset.otherNames.split("|")].filter(Boolean);

export function createCities(svg, view) {
  const cities = [...svg.querySelectorAll(".discs a")];
  const arcs = [...svg.querySelectorAll(".arcs a")];
  const circles = new Map(cities.map((city) => [city, city.querySelector("circle")]));
  const label = document.createElementNS(svg.namespaceURI, "text");

  const positionOf = (city) => ["cx", "cy"].map((name) => circles.get(city)[name].baseVal.value);
  const cityOf = (event) => event.target.closest(".discs a");

  // The current city shows its name, its number and its arcs, even if the map had no room for a label.
  function setCurrent(city) {
    const index = String(cities.indexOf(city));
    for (const arc of arcs) arc.classList.toggle("highlighted", city && arc.dataset.cities.split(" ").includes(index));
    svg.classList.toggle("has-highlight", Boolean(city && arcs.length));
    label.textContent = city ? city.querySelector("title").textContent : "";
    if (!city) return;
    const [x, y] = positionOf(city);
    const share = (x - view.x) / view.width * view.zoom;
    label.setAttribute("text-anchor", share < 0.25 ? "start" : share > 0.75 ? "end" : "middle");
    label.setAttribute("x", x);
    label.setAttribute("y", y - (circles.get(city).r.baseVal.value * 2 + 12) / view.zoom);
  }

  function setTabStop(stop) {
    for (const city of cities) city.setAttribute("tabindex", city === stop ? 0 : -1);
  }

  function focus(city) {
    setTabStop(city);
    if (!view.contains(positionOf(city))) view.center(positionOf(city));
    city.focus({ preventScroll: view.zoom > 1 });
  }

  // Enlarges the map around a city and focuses it.
  function show(city) {
    view.zoom = Math.max(view.zoom, 3);
    view.center(positionOf(city));
    focus(city);
  }

  // The nearest city in a direction; a deviation from the direction counts twice.
  function nearest(from, [right, down]) {
    const [x, y] = positionOf(from);
    let best = null;
    let least = Infinity;
    for (const city of cities) {
      const [cityX, cityY] = positionOf(city);
      const [dx, dy] = [cityX - x, cityY - y];
      const ahead = dx * right + dy * down;
      const deviation = Math.abs(dx * down) + Math.abs(dy * right);
      if (ahead > 0 && deviation <= ahead * 2 && ahead + deviation * 2 < least) {
        least = ahead + deviation * 2;
        best = city;
      }
    }
    return best;
  }

  svg.addEventListener("pointerover", (event) => setCurrent(cityOf(event)));
  svg.addEventListener("focusin", (event) => setCurrent(cityOf(event)));
  svg.addEventListener("focusout", () => setCurrent(null));
  svg.addEventListener("pointerleave", () => setCurrent(null));
  svg.addEventListener("keydown", (event) => {
    const city = cityOf(event);
    if (!city || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in DIRECTIONS) {
      event.preventDefault();
      const next = nearest(city, DIRECTIONS[event.key]);
      if (next) focus(next);
    } else if (event.key in ZOOM_FACTORS) {
      view.zoomBy(ZOOM_FACTORS[event.key], ...positionOf(city));
    }
  });

  label.classList.add("current-label");
  svg.append(label);
  // The cities are one stop of the Tab key. Screen readers find the arcs in the table below the map.
  for (const part of svg.querySelectorAll(".arcs, .names, .current-label")) part.setAttribute("aria-hidden", "true");
  cities[0].setAttribute("tabindex", 0);

  return {
    show,
    named: cities.map((city) => ({ city, names: namesOf(city) })),
  };
}
