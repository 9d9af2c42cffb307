// Sets the status message. Screen readers announce it when it changes.

export function announce(text) {
  const line = document.getElementById("status-message");
  if (line) line.textContent = text;
}
