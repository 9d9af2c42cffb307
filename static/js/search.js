// Suggestions under the search box of the header. Without this script, and on Enter, the box is a plain form.
(() => {
  const form = document.querySelector(".site-head form.search");
  const box = form?.querySelector(".suggestions");
  if (!box) return;
  const field = form.querySelector("input");
  const links = () => [...box.querySelectorAll("a")];

  function close() {
    box.hidden = true;
    box.replaceChildren();
    // What is still on its way would open it again.
    htmx.trigger(field, "htmx:abort");
  }

  // These exchanges are none of the page's results: nothing else of the page follows them.
  for (const name of ["configRequest", "beforeSwap", "afterSettle", "responseError", "sendError", "timeout"]) {
    form.addEventListener(`htmx:${name}`, (event) => event.stopPropagation());
  }
  form.addEventListener("htmx:configRequest", (event) => {
    if (field.value.trim().length) return;
    event.preventDefault();
    close();
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    // Who has gone on meanwhile is not called back.
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
    // The field and the links, in a ring.
    const stops = [field, ...links()];
    const place = stops.indexOf(document.activeElement);
    stops[(place + step + stops.length) % stops.length].focus();
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
  form.addEventListener("submit", close);
})();
