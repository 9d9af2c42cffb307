// The status line that screen readers read aloud when it changes.

export function announce(text) {
  const line = document.getElementById("said");
  if (line) line.textContent = text;
}
