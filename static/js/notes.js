// Opens footnotes in popovers at their markers. Without scripts, and on a second click, a marker is a link to its note
// in the list of notes.

const MARKER = 'a.marker[href^="#note-"]';
const OPEN_DELAY_MS = 120;
const CLOSE_DELAY_MS = 250;

let popover = null;
let marker = null; // the marker of the open popover
let isPinned = false; // true if opened by a click, so that the popover stays open until it is closed
let dismissed; // the marker that regains the focus after Escape and must not reopen its note
let timer = 0;
const originals = new WeakMap(); // maps the markers copied into the open popover to the original markers

function close() {
  clearTimeout(timer);
  if (!popover) return;
  const [closedPopover, closedMarker] = [popover, marker];
  popover = marker = null;
  isPinned = false;
  closedMarker.removeAttribute("aria-expanded");
  closedPopover.remove();
}

// Copies the marker and its neighbours. Adds a button that closes the note, because touch screens have no Escape key.
function copyMarkers() {
  const line = document.createElement("div");
  line.className = "section-header";
  const markers = document.createElement("span");
  for (const each of marker.parentNode.querySelectorAll(MARKER)) {
    const copy = each.cloneNode(true);
    if (each === marker) copy.ariaCurrent = "true";
    originals.set(copy, each);
    markers.append(copy);
  }
  const button = document.createElement("button");
  button.className = "link";
  button.textContent = document.querySelector("[data-close]")?.dataset.close ?? "×";
  button.addEventListener("click", dismiss);
  line.append(markers, button);
  return line;
}

function copyContents(note) {
  const source = note.closest(".report").querySelector(".source");
  const parts = [source, ...note.querySelectorAll("div > p, div > .quotation")];
  return parts.map((part) => part.cloneNode(true));
}

function position() {
  const markerBox = marker.getBoundingClientRect();
  const box = popover.getBoundingClientRect();
  const maxLeft = document.documentElement.clientWidth - box.width - 12;
  const isAbove = markerBox.bottom + box.height + 8 > innerHeight && markerBox.top > box.height + 8;
  popover.style.left = `${scrollX + Math.max(12, Math.min(markerBox.left - 16, maxLeft))}px`;
  popover.style.top = `${scrollY + (isAbove ? markerBox.top - box.height - 4 : markerBox.bottom + 4)}px`;
}

function open(newMarker) {
  clearTimeout(timer);
  if (marker === newMarker) return;
  const note = document.getElementById(newMarker.hash.slice(1));
  if (!note) return;
  close();
  marker = newMarker;
  popover = document.createElement("div");
  popover.className = "note-popover";
  popover.popover = "manual";
  popover.role = "note";
  popover.ariaLabel = marker.ariaLabel;
  popover.append(copyMarkers(), ...copyContents(note));
  // The popover follows its marker directly, so that its links are next in the tab order.
  marker.after(popover);
  marker.ariaExpanded = "true";
  popover.showPopover();
  position();
}

function schedule(action, delay) {
  clearTimeout(timer);
  timer = setTimeout(action, delay);
}

const markerOf = (target) => {
  const found = target.closest?.(MARKER);
  return originals.get(found) ?? found;
};
const isInside = (target) => target instanceof Node && (popover?.contains(target) || marker?.contains(target));

function handlePointer(event) {
  if (event.pointerType !== "mouse") return;
  const hovered = !popover?.contains(event.target) && markerOf(event.target);
  if (hovered && !isPinned) schedule(() => open(hovered), OPEN_DELAY_MS);
  else if (isInside(event.target)) clearTimeout(timer);
  else if (!isPinned) schedule(close, CLOSE_DELAY_MS);
}

function handleFocus(event) {
  const focused = !popover?.contains(event.target) && markerOf(event.target);
  if (focused && focused === dismissed) return;
  if (focused && focused.matches(":focus-visible")) open(focused);
  else if (!isInside(event.target)) close();
}

function handleClick(event) {
  const clicked = markerOf(event.target);
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
  const isCopy = popover?.contains(event.target);
  open(clicked);
  isPinned = true;
  if (isCopy) clicked.focus();
}

function dismiss() {
  const hadFocus = popover.contains(document.activeElement);
  dismissed = marker;
  close();
  if (hadFocus) dismissed.focus();
  dismissed = undefined;
}

function handleKey(event) {
  if (event.key !== "Escape" || !popover) return;
  event.preventDefault();
  dismiss();
}

if ("popover" in HTMLElement.prototype) {
  document.addEventListener("pointerover", handlePointer);
  document.addEventListener("focusin", handleFocus);
  document.addEventListener("click", handleClick);
  document.addEventListener("keydown", handleKey);
}
