// Filter panels that request their options when they are opened. If no record has changed since, only the options are
// inserted, and the rest of the page stays as it is.

// The last results as the server sent them. The page can differ, because the reader may have changed it.
let lastAnswer = "";

export function recordAnswer(html) {
  lastAnswer = html;
}

// The panel whose opening caused a request, or null.
export function openedPanel({ requestConfig: { elt } }) {
  return elt.matches(".options") ? elt : null;
}

// Inserts only the options of an opened panel. Returns false if all results must be replaced.
export function insertOptions(detail) {
  const panel = openedPanel(detail);
  if (!panel || !lastAnswer || detail.isError) return false;
  const answer = parse(detail.serverResponse);
  if (!haveSameRecords(parse(lastAnswer), answer)) return false;
  const options = answer.querySelector(`#${panel.id} > fieldset`);
  panel.querySelector("fieldset").replaceWith(options);
  htmx.process(options);
  detail.shouldSwap = false;
  return true;
}

// Replaces the panel by a copy, so that opening it again sends a new request.
export function closePanel(panel) {
  panel.open = false;
  const copy = panel.cloneNode(true);
  panel.replaceWith(copy);
  htmx.process(copy);
  copy.querySelector("summary").focus({ preventScroll: true });
}

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

// Compares the parts that both responses contain. Options that were not requested are only in one response.
function haveSameRecords(before, after) {
  const parts = ["h1", ".rows", ".histogram"];
  for (const panel of before.querySelectorAll(".options")) parts.push(`#${panel.id} > fieldset:not([aria-busy])`);
  return parts.every((part) => {
    const [old, current] = [before.querySelector(part), after.querySelector(part)];
    return !old || !current || old.isEqualNode(current);
  });
}
