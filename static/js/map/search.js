// The field that finds a city on the map by its name in any script.

const MATCHES = [
  (name, text) => name === text,
  (name, text) => name.startsWith(text),
  (name, text) => name.includes(text),
];

export function createSearch(field, { named, show }) {
  // The first city of which a name matches is shown.
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
    // A choice from the list is shown at once; typed text, on Enter.
    if (!event.inputType || event.inputType === "insertReplacementText") find(MATCHES[0]);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!MATCHES.some(find) && field.value.trim()) field.setAttribute("aria-invalid", "true");
  });
}
