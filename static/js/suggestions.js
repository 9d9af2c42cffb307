// Suggestions under the search fields of the header and the home page. Without scripts, and on Enter, the field is a plain form.

const HTMX_EVENTS = ["configRequest", "beforeSwap", "afterSettle", "responseError", "sendError", "timeout"];

for (const box of document.querySelectorAll("form .suggestions")) {
  const form = box.closest("form");
  const field = form.querySelector("input");
  const links = () => [...box.querySelectorAll("a")];

  const close = () => {
    box.hidden = true;
    box.replaceChildren();
    // The answer to a pending request would open the box again.
    window.htmx?.trigger(field, "htmx:abort");
  };

  // These requests do not change the results of the page, so no other listener receives their events.
  for (const name of HTMX_EVENTS) {
    form.addEventListener(`htmx:${name}`, (event) => event.stopPropagation());
  }
  form.addEventListener("htmx:configRequest", (event) => {
    if (field.value.trim().length) return;
    event.preventDefault();
    close();
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    // The reader has left the form: the box stays closed.
    if (!form.contains(document.activeElement)) event.detail.shouldSwap = false;
  });
  form.addEventListener("htmx:afterSwap", () => { box.hidden = !links().length; });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !box.hidden) {
      event.preventDefault();
      field.focus();
      close();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || box.hidden || event.isComposing) return;
    event.preventDefault();
    // Arrow keys move through the field and the links; after the last link comes the field again.
    const stops = [field, ...links()];
    const index = stops.indexOf(document.activeElement);
    stops[(index + step + stops.length) % stops.length].focus();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
  form.addEventListener("submit", close);
}
