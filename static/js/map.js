// Makes a map that can be walked: by wheel, fingers, buttons, arrow keys, and by a city's name in any script.
const MOST = 12;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function walkable(figure) {
  figure.dataset.ready = "";
  const svg = figure.querySelector(".sheet > svg");
  const { width, height } = svg.viewBox.baseVal;
  const cities = [...svg.querySelectorAll(".discs a")];
  const arcs = [...svg.querySelectorAll(".arcs a")];
  const circles = new Map(cities.map((city) => [city, city.querySelector("circle")]));
  const place = (city) => ["cx", "cy"].map((name) => circles.get(city)[name].baseVal.value);
  const view = { x: 0, y: 0, zoom: 1 };

  function show() {
    view.zoom = Math.min(Math.max(view.zoom, 1), MOST);
    const [wide, high] = [width / view.zoom, height / view.zoom];
    view.x = Math.min(Math.max(view.x, 0), width - wide);
    view.y = Math.min(Math.max(view.y, 0), height - high);
    svg.setAttribute("viewBox", [view.x, view.y, wide, high].join(" "));
    svg.style.setProperty("--zoom", view.zoom);
    // A finger moves the page over a whole map, and the map itself once it is larger.
    svg.style.touchAction = view.zoom > 1 ? "none" : "pan-x pan-y";
  }

  // Zooms so that the point of the sheet that is at [x, y] stays there.
  function zoom(by, x = view.x + width / view.zoom / 2, y = view.y + height / view.zoom / 2) {
    const before = view.zoom;
    view.zoom = by ? Math.min(Math.max(before * by, 1), MOST) : 1;
    view.x = x - (x - view.x) * before / view.zoom;
    view.y = y - (y - view.y) * before / view.zoom;
    show();
  }

  function spot(event) {
    const box = svg.getBoundingClientRect();
    return [view.x + (event.clientX - box.left) / box.width * width / view.zoom, view.y + (event.clientY - box.top) / box.height * height / view.zoom];
  }

  svg.addEventListener("wheel", (event) => {
    // Without a key the wheel scrolls the page, as everywhere.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), ...spot(event));
  }, { passive: false });

  // One finger or the mouse moves the map, two zoom it.
  const held = new Map();
  let moved = false;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    held.set(event.pointerId, event);
    moved = false;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const other = [...held.values()].find((each) => each.pointerId !== event.pointerId);
    if (other) {
      const far = (each) => Math.hypot(each.clientX - other.clientX, each.clientY - other.clientY) || 1;
      zoom(far(event) / far(before), ...spot(other));
    } else if (view.zoom > 1) {
      const unit = width / view.zoom / svg.getBoundingClientRect().width;
      if (!moved && Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) < 4) return;
      view.x -= (event.clientX - before.clientX) * unit;
      view.y -= (event.clientY - before.clientY) * unit;
      show();
    } else return;
    moved = true;
    held.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) svg.addEventListener(end, (event) => held.delete(event.pointerId));
  // What was dragged is not followed.
  svg.addEventListener("click", (event) => { if (moved) event.preventDefault(); }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  // The name and number of the city that is pointed at, also where there was no room for it.
  const told = document.createElementNS(svg.namespaceURI, "text");
  told.classList.add("told");
  svg.append(told);
  function tell(city) {
    const place_of = cities.indexOf(city);
    for (const arc of arcs) arc.classList.toggle("lit", city && arc.dataset.ends.split(" ").includes(String(place_of)));
    svg.classList.toggle("lit-up", Boolean(city && arcs.length));
    told.textContent = city ? city.querySelector("title").textContent : "";
    if (!city) return;
    const [x, y] = place(city);
    const share = (x - view.x) / width * view.zoom;
    told.setAttribute("text-anchor", share < 0.25 ? "start" : share > 0.75 ? "end" : "middle");
    told.setAttribute("x", x);
    told.setAttribute("y", y - (circles.get(city).r.baseVal.value * 2 + 12) / view.zoom);
  }
  const cityOf = (event) => event.target.closest(".discs a");
  svg.addEventListener("pointerover", (event) => tell(cityOf(event)));
  svg.addEventListener("focusin", (event) => tell(cityOf(event)));
  svg.addEventListener("focusout", () => tell(null));
  svg.addEventListener("pointerleave", () => tell(null));

  function go(city) {
    for (const each of cities) each.setAttribute("tabindex", each === city ? 0 : -1);
    const [x, y] = place(city);
    const [wide, high] = [width / view.zoom, height / view.zoom];
    if (x < view.x || y < view.y || x > view.x + wide || y > view.y + high) {
      view.x = x - wide / 2;
      view.y = y - high / 2;
      show();
    }
    city.focus({ preventScroll: view.zoom > 1 });
  }

  // The nearest city in a direction: what lies aside counts twice.
  function next(from, [right, down]) {
    const [x, y] = place(from);
    let best = null;
    let least = Infinity;
    for (const city of cities) {
      const [dx, dy] = [place(city)[0] - x, place(city)[1] - y];
      const ahead = dx * right + dy * down;
      const aside = Math.abs(dx * down) + Math.abs(dy * right);
      if (ahead > 0 && aside <= ahead * 2 && ahead + aside * 2 < least) {
        least = ahead + aside * 2;
        best = city;
      }
    }
    return best;
  }

  svg.addEventListener("keydown", (event) => {
    const city = cityOf(event);
    if (!city || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in STEPS) {
      event.preventDefault();
      const other = next(city, STEPS[event.key]);
      if (other) go(other);
    } else if (event.key === "+" || event.key === "-") {
      zoom(event.key === "+" ? 1.6 : 0.625, ...place(city));
    }
  });

  const tools = figure.querySelector(".map-tools");
  for (const button of tools.querySelectorAll("button")) button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));

  const field = tools.querySelector("input");
  const names = cities.map((city) => [city.dataset.name, ...city.dataset.also.split("|")].filter(Boolean));
  field.addEventListener("focus", () => {
    field.list.replaceChildren(...names.flat().map((name) => new Option(name, name)));
  }, { once: true });
  function find(is) {
    const place_of = names.findIndex((each) => each.some((name) => is(name.toLocaleLowerCase(), field.value.trim().toLocaleLowerCase())));
    return cities[place_of];
  }
  function look(is) {
    const city = field.value.trim() && find(is);
    if (!city) return false;
    view.zoom = Math.max(view.zoom, 3);
    view.x = place(city)[0] - width / view.zoom / 2;
    view.y = place(city)[1] - height / view.zoom / 2;
    show();
    go(city);
    return true;
  }
  field.addEventListener("input", (event) => {
    field.removeAttribute("aria-invalid");
    // A choice from the list is taken at once; what is typed, on Enter.
    if (!event.inputType || event.inputType === "insertReplacementText") look((name, words) => name === words);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const isFound = [(name, words) => name === words, (name, words) => name.startsWith(words), (name, words) => name.includes(words)].some(look);
    if (!isFound && field.value.trim()) field.setAttribute("aria-invalid", "true");
  });

  // One stop of the Tab key, and a name for the whole. The arcs are in the table.
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", svg.dataset.name);
  for (const part of svg.querySelectorAll(".arcs, .names, .told")) part.setAttribute("aria-hidden", "true");
  cities[0].setAttribute("tabindex", 0);
  show();
}

function start() {
  for (const figure of document.querySelectorAll(".map:not([data-ready])")) walkable(figure);
}

start();
document.addEventListener("htmx:afterSettle", start);
