// Suggestions below the search fields of the header and the home page. Without scripts, and on Enter, the form is
// submitted as usual.

const HTMX_EVENTS = ["configRequest", "beforeSwap", "afterSettle", "responseError", "sendError", "timeout"];

for (const box of document.querySelectorAll("form .suggestions")) {
  const form = box.closest("form");
  const field = form.querySelector("input");
  const links = () => [...box.querySelectorAll("a")];

  const close = () => {
    box.hidden = true;
    box.replaceChildren();
    // Otherwise, the response to a pending request would open the box again.
    window.htmx?.trigger(field, "htmx:abort");
  };

  // Hides the events of these requests from other listeners, because they do not change the results on the page.
  for (const name of HTMX_EVENTS) {
    form.addEventListener(`htmx:${name}`, (event) => event.stopPropagation());
  }
  form.addEventListener("htmx:configRequest", (event) => {
    if (field.value.trim().length) return;
    event.preventDefault();
    close();
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    // The box stays closed if the reader has left the form.
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
    // Arrow keys cycle through the field and the links.
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
