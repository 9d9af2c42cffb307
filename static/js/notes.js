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
