// The elements whose focus ring is cut off by a box around them, wherever that is scrolled to.
() => {
  const selector = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const found = new Set();
  for (const each of document.querySelectorAll(selector)) {
    if (!each.checkVisibility({ visibilityProperty: true }) || each.closest("svg")) continue;
    each.focus({ focusVisible: true });
    if (document.activeElement !== each) continue;
    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(each);
    const name = `${each.tagName} ${each.className} “${each.textContent.trim().slice(0, 20)}”`;
    if (outlineStyle === "none") found.add(`${name} has no ring`);
    const reach = parseFloat(outlineWidth) + parseFloat(outlineOffset);
    for (const box of each.getClientRects()) {
      for (let part = each.parentElement; part !== document.body; part = part.parentElement) {
        const { overflowX, overflowY, display } = getComputedStyle(part);
        if ((overflowX === "visible" && overflowY === "visible") || display === "inline") continue;
        const edge = part.getBoundingClientRect();
        const left = edge.left + part.clientLeft - part.scrollLeft;
        const top = edge.top + part.clientTop - part.scrollTop;
        const isWhole = box.left - reach >= left - 0.6 && box.top - reach >= top - 0.6
          && box.right + reach <= left + part.scrollWidth + 0.6
          && box.bottom + reach <= top + part.scrollHeight + 0.6;
        if (!isWhole) found.add(`${name} in ${part.tagName} ${part.className}`);
      }
    }
  }
  return [...found];
}
