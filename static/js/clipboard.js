// The buttons that copy the address of the page, or the text of the field that `data-copy` names, or hand the page to the
// share sheet of a phone.
import { announce } from "./status.js";

const CONFIRMATION_MS = 2000;

async function copyAddress(button) {
  const text = document.getElementById(button.dataset.copy)?.value ?? location.href;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers block the clipboard on pages without HTTPS, but can copy selected text.
    if (!copySelectedText(text, button)) return;
  }
  button.dataset.originalText ??= button.textContent;
  button.textContent = button.dataset.copiedText;
  announce(button.dataset.copiedText);
  setTimeout(() => { button.textContent = button.dataset.originalText; }, CONFIRMATION_MS);
}

function copySelectedText(text, button) {
  // Beside the button: a menu closes when the focus leaves it.
  const field = button.parentElement.appendChild(document.createElement("input"));
  field.value = text;
  field.focus({ preventScroll: true });
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  button.focus({ preventScroll: true });
  return isCopied;
}

if (navigator.share && matchMedia("(pointer: coarse)").matches) {
  document.documentElement.classList.add("has-share-sheet");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copyAddress(button);
  // Rejected if the reader closes the sheet.
  if (event.target.closest("[data-share]")) navigator.share({ title: document.title, url: location.href }).catch(() => {});
});
