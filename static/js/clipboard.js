// Buttons that copy the page's URL or the text of the field named by `data-copy`, or open a phone's share sheet.
import { announce } from "./status.js";

const CONFIRMATION_MS = 2000;

async function copyAddress(button) {
  const text = document.getElementById(button.dataset.copy)?.value ?? location.href;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers block the clipboard API on pages without HTTPS, but can still copy selected text.
    if (!copySelectedText(text, button)) return;
  }
  button.dataset.originalText ??= button.textContent;
  button.textContent = button.dataset.copiedText;
  announce(button.dataset.copiedText);
  setTimeout(() => { button.textContent = button.dataset.originalText; }, CONFIRMATION_MS);
}

function copySelectedText(text, button) {
  // The field is placed inside the menu of the button, because a menu closes when it loses the focus.
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
  // The promise is rejected if the reader closes the sheet.
  if (event.target.closest("[data-share]")) navigator.share({ title: document.title, url: location.href }).catch(() => {});
});
