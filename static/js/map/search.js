// The field that finds a city on the map by its name in any script. Other text is looked up by the server.

const namesOf = ({ dataset }) => [dataset.name, ...dataset.otherNames.split("|")].filter(Boolean);

export function createSearch(field, cities, select) {
  const slugs = new Map(cities.flatMap((city) => namesOf(city).map((name) => [name, city.dataset.city])));

  const find = () => select(slugs.get(field.value) ?? field.value.trim());

  field.addEventListener("focus", () => {
    field.list.replaceChildren(...[...slugs.keys()].map((name) => new Option(name, name)));
  }, { once: true });
  field.addEventListener("input", (event) => {
    // A value chosen from the list is shown immediately. Typed text is looked up on Enter.
    const isSelected = !event.inputType || event.inputType === "insertReplacementText";
    if (isSelected && slugs.has(field.value)) find();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    find();
  });
}
