// The print button, and the date of printing in the language of the page.

addEventListener("beforeprint", () => {
  const { lang } = document.documentElement;
  // Only the date of printing. The date of the data is elsewhere on the page.
  const date = new Date().toLocaleDateString(lang === "en" ? "en-GB" : lang, { dateStyle: "long" });
  // The date's own full stop is removed, because the sentence already ends with one.
  const today = date.replace(/\.$/, "");
  for (const line of document.querySelectorAll("[data-print-date]")) {
    line.querySelector("span").textContent = today;
    line.hidden = false;
  }
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());
