// The visible part of the map. Readers zoom and move it with the wheel, the mouse or by touch.

const MAX_ZOOM = 12;
// If a pointer moves less than this, it is a click and not a drag.
const MIN_DRAG_PX = 4;
// Names with a font size of 21 units are shown at 13 pixels.
const PX_PER_UNIT = 13 / 21;
const HINT_MS = 2500;
// The position of the key, as drawn by the server.
const KEY_LEFT = 20;
let isHintShown = false;

export function createView(svg) {
  const { width, height } = svg.viewBox.baseVal;
  const view = { x: 0, y: 0, zoom: 1, width, height, scale: 1, update, zoomBy, center, contains, toScreen };
  const names = [...svg.querySelectorAll(".names")];
  const key = svg.querySelector(".map-key");

  const visibleSize = () => [width / view.zoom, height / view.zoom];

  function update() {
    view.zoom = clamp(view.zoom, 1, MAX_ZOOM);
    const [visibleWidth, visibleHeight] = visibleSize();
    view.x = clamp(view.x, 0, width - visibleWidth);
    view.y = clamp(view.y, 0, height - visibleHeight);
    svg.setAttribute("viewBox", [view.x, view.y, visibleWidth, visibleHeight].join(" "));
    // Names, discs and arrowheads keep their size on the screen. A larger scale leaves space for more names.
    view.scale = (svg.getScreenCTM()?.a || 1) / PX_PER_UNIT;
    svg.style.setProperty("--zoom", view.scale);
    const { left, bottom } = svg.getBoundingClientRect();
    // An enlarged map fills the frame, so the key moves to the corner of the frame.
    const corner = view.zoom > 1 ? pointAt({ clientX: left + KEY_LEFT, clientY: bottom }) : [KEY_LEFT, height];
    key.setAttribute("transform", `translate(${corner.join(" ")})`);
    for (const group of names) {
      group.style.visibility = group === names[0] || group.dataset.scale <= view.scale ? "visible" : "hidden";
    }
    // If the whole map is visible, touch scrolls the page. If it is enlarged, touch moves the map.
    svg.style.touchAction = view.zoom > 1 ? "none" : "pan-x pan-y";
  }

  // Zooms by a factor around a fixed point. The factor 0 shows the whole map.
  function zoomBy(factor, x = view.x + width / view.zoom / 2, y = view.y + height / view.zoom / 2) {
    const before = view.zoom;
    view.zoom = factor ? clamp(before * factor, 1, MAX_ZOOM) : 1;
    view.x = x - (x - view.x) * before / view.zoom;
    view.y = y - (y - view.y) * before / view.zoom;
    update();
  }

  function center([x, y]) {
    const [visibleWidth, visibleHeight] = visibleSize();
    view.x = x - visibleWidth / 2;
    view.y = y - visibleHeight / 2;
    update();
  }

  function contains([x, y]) {
    const [visibleWidth, visibleHeight] = visibleSize();
    return x >= view.x && y >= view.y && x <= view.x + visibleWidth && y <= view.y + visibleHeight;
  }

  // Converts a point of the map to screen coordinates.
  function toScreen([x, y]) {
    const matrix = svg.getScreenCTM();
    return [matrix.a * x + matrix.e, matrix.d * y + matrix.f];
  }

  // The point of the map under the pointer.
  function pointAt(event) {
    const { a, d, e, f } = svg.getScreenCTM();
    return [(event.clientX - e) / a, (event.clientY - f) / d];
  }

  svg.addEventListener("wheel", (event) => {
    // Without a modifier key, the wheel scrolls the page.
    if (!event.ctrlKey && !event.metaKey) {
      showHint(svg.parentElement.querySelector(".map-hint"));
      return;
    }
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 300), ...pointAt(event));
  }, { passive: false });
  svg.addEventListener("dblclick", (event) => zoomBy(2, ...pointAt(event)));
  new ResizeObserver(update).observe(svg);

  // One pointer moves the map, two pointers zoom it.
  const pointers = new Map();
  let isDragged = false;

  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    pointers.set(event.pointerId, event);
    isDragged = false;
  });
  svg.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const other = [...pointers.values()].find((each) => each.pointerId !== event.pointerId);
    if (other) {
      const distance = (each) => Math.hypot(each.clientX - other.clientX, each.clientY - other.clientY) || 1;
      zoomBy(distance(event) / distance(before), ...pointAt(other));
    } else if (view.zoom > 1) {
      const [right, down] = [event.clientX - before.clientX, event.clientY - before.clientY];
      if (!isDragged && Math.hypot(right, down) < MIN_DRAG_PX) return;
      const pxPerUnit = svg.getScreenCTM().a;
      view.x -= right / pxPerUnit;
      view.y -= down / pxPerUnit;
      update();
    } else {
      return;
    }
    isDragged = true;
    pointers.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    svg.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }
  // Dragging a link does not follow it. A click by keyboard has no `detail` and may come after a drag.
  svg.addEventListener("click", (event) => { if (isDragged && event.detail) event.preventDefault(); }, true);
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  return view;
}

// Explains once how to zoom with the wheel.
function showHint(hint) {
  if (isHintShown) return;
  isHintShown = true;
  hint.hidden = false;
  setTimeout(() => { hint.hidden = true; }, HINT_MS);
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
