// The field that finds a city on the map by its name in any script.

const MATCHES = [
  (name, text) => name === text,
  (name, text) => name.startsWith(text),
  (name, text) => name.includes(text),
];

export function createSearch(field, { named, show }) {
  // Shows the first city with a matching name.
  function find(matches) {
    const text = field.value.trim().toLocaleLowerCase();
    if (!text) return false;
    const found = named.find(({ names }) => names.some((name) => matches(name.toLocaleLowerCase(), text)));
    if (found) show(found.city);
    return Boolean(found);
  }

  field.addEventListener("focus", () => {
    field.list.replaceChildren(...named.flatMap(({ names }) => names).map((name) => new Option(name, name)));
  }, { once: true });
  field.addEventListener("input", (event) => {
    field.removeAttribute("aria-invalid");
    // A value selected from the list is shown immediately; typed text, on Enter.
    if (!event.inputType || event.inputType === "insertReplacementText") find(MATCHES[0]);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!MATCHES.some(find) && field.value.trim()) field.setAttribute("aria-invalid", "true");
  });
}
