// Filter panels that request their options when they are opened. While no record has changed, only the options are
// inserted, and the rest of the page stays as the reader left it.

// The results as they were sent. The page itself also holds what the reader has changed since.
let lastAnswer = "";

export function recordAnswer(html) {
  lastAnswer = html;
}

// The panel whose opening caused a request, if one did.
export function openedPanel({ requestConfig: { elt } }) {
  return elt.matches(".options") ? elt : null;
}

// Inserts the options of an opened panel alone. False where the whole results must be replaced.
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

// A copy replaces the panel, so that opening it again sends the request again.
export function closePanel(panel) {
  panel.open = false;
  const copy = panel.cloneNode(true);
  panel.replaceWith(copy);
  htmx.process(copy);
  copy.querySelector("summary").focus({ preventScroll: true });
}

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

// Compares the parts that both answers show: options that were not requested are in one of them only.
function haveSameRecords(before, after) {
  const parts = ["h1", ".rows", ".histogram"];
  for (const panel of before.querySelectorAll(".options")) parts.push(`#${panel.id} > fieldset:not([aria-busy])`);
  return parts.every((part) => {
    const [old, current] = [before.querySelector(part), after.querySelector(part)];
    return !old || !current || old.isEqualNode(current);
  });
}
