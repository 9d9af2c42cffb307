// The cities of a map. Labels the current city, selects cities, and moves between them with keys.

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// Home moves to the westernmost city, End to the easternmost.
const ENDS = { Home: -1, End: 1 };
const ZOOM_FACTORS = { "+": 1.6, "-": 0.625 };
// A pointer selects the nearest disc or line within these distances, so that small discs can be tapped.
const REACH_PX = 22;
const LINE_REACH_PX = 12;

export function createCities(svg, view, select) {
  const cities = [...svg.querySelectorAll(".discs a")];
  const arcs = [...svg.querySelectorAll(".arcs a")];
  const names = [...svg.querySelectorAll(".names [data-city]")];
  const selected = svg.querySelector(".discs [aria-current]");
  const circles = new Map(cities.map((city) => [city, city.querySelector("circle")]));
  const place = document.createElementNS(svg.namespaceURI, "g");
  const label = document.createElementNS(svg.namespaceURI, "text");
  let current = null;
  let pressed = null;

  const positionOf = (city) => ["cx", "cy"].map((name) => circles.get(city)[name].baseVal.value);
  const cityOf = (event) => event.target.closest(".discs a");

  // The nearest city within reach of the pointer, or null.
  function cityAt(event) {
    let best = null;
    let least = REACH_PX;
    for (const city of cities) {
      const [x, y] = view.toScreen(positionOf(city));
      const distance = Math.hypot(x - event.clientX, y - event.clientY);
      if (distance < least) [best, least] = [city, distance];
    }
    return best;
  }

  // The nearest line within reach of the pointer. Null if the pointer is on a link.
  function arcAt({ target, clientX, clientY }) {
    if (target.closest("a")) return null;
    for (let distance = 2; distance <= LINE_REACH_PX; distance += 2) {
      for (let angle = 0; angle < 2 * Math.PI; angle += Math.PI / 4) {
        const point = [clientX + distance * Math.cos(angle), clientY + distance * Math.sin(angle)];
        const arc = document.elementFromPoint(...point)?.closest(".arcs a");
        if (arc) return arc;
      }
    }
    return null;
  }

  // Labels the current city and highlights its arcs and partners. The server already highlights the selected city.
  function setCurrent(near) {
    const city = near === selected ? null : near;
    if (city === current) return;
    current = city;
    const slug = city?.dataset.city;
    const partners = new Set([slug]);
    for (const arc of arcs) {
      const ends = arc.dataset.cities.split(" ");
      const isOwn = ends.includes(slug);
      arc.classList.toggle("highlighted", isOwn);
      if (isOwn) ends.forEach((end) => partners.add(end));
    }
    for (const mark of [...cities, ...names]) {
      mark.classList.toggle("highlighted", partners.has(mark.dataset.city));
      mark.classList.toggle("current", mark.dataset.city === slug);
    }
    svg.classList.toggle("has-highlight", partners.size > 1);
    svg.style.cursor = city ? "pointer" : "";
    label.textContent = city ? city.querySelector("title").textContent : "";
    if (!city) return;
    const [x, y] = positionOf(city);
    const share = (x - view.x) / view.width * view.zoom;
    label.setAttribute("text-anchor", share < 0.25 ? "start" : share > 0.75 ? "end" : "middle");
    label.setAttribute("y", -circles.get(city).r.baseVal.value - 8);
    place.setAttribute("transform", `translate(${x} ${y})`);
  }

  function setTabStop(stop) {
    for (const city of cities) city.setAttribute("tabindex", city === stop ? 0 : -1);
  }

  function focus(city) {
    setTabStop(city);
    if (!view.contains(positionOf(city))) view.center(positionOf(city));
    city.focus({ preventScroll: true });
  }

  // The nearest city in a direction. Deviation from the direction counts twice.
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

  // Remembers the exact position of a tap. In click events, browsers move it to a nearby link.
  svg.addEventListener("pointerdown", (event) => { pressed = event; });
  svg.addEventListener("pointermove", (event) => {
    setCurrent(cityAt(event));
    if (!current) svg.style.cursor = arcAt(event) ? "pointer" : "";
  });
  svg.addEventListener("pointerleave", () => setCurrent(null));
  // With these listeners on itself, Chromium makes the SVG a tab stop.
  svg.parentElement.addEventListener("focusin", (event) => setCurrent(cityOf(event)));
  svg.parentElement.addEventListener("focusout", () => setCurrent(null));
  svg.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    // A click by keyboard has no position.
    const city = event.detail ? cityAt(pressed) : cityOf(event);
    if (!city) {
      if (event.detail === 1) arcAt(pressed)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      return;
    }
    event.preventDefault();
    // The second click of a double click is ignored.
    if (event.detail < 2) select(city === selected ? "" : city.dataset.city);
  });
  svg.addEventListener("keydown", (event) => {
    const city = cityOf(event);
    if (!city || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in DIRECTIONS) {
      event.preventDefault();
      const next = nearest(city, DIRECTIONS[event.key]);
      if (next) focus(next);
    } else if (event.key in ENDS) {
      event.preventDefault();
      const eastward = (each) => positionOf(each)[0] * ENDS[event.key];
      focus(cities.reduce((best, each) => (eastward(each) > eastward(best) ? each : best)));
    } else if (event.key in ZOOM_FACTORS) {
      view.zoomBy(ZOOM_FACTORS[event.key], ...positionOf(city));
    }
  });

  label.classList.add("current-label");
  place.append(label);
  svg.append(place);
  // The Tab key stops at one city. For screen readers, the table below the map contains the arcs.
  for (const part of [...svg.querySelectorAll(".arcs, .names"), place]) part.setAttribute("aria-hidden", "true");
  setTabStop(selected ?? cities[0]);

  return { cities, selected, focus };
}
