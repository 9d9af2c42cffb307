// The status message, which screen readers announce when it changes.

export function announce(text) {
  const line = document.getElementById("status-message");
  if (line) line.textContent = text;
}
