// The matrix: the column of a square lights up with its row, and arrow keys go from square to square.
"use strict";

const cellOf = (element) => element.closest?.(".matrix tbody td");

function light(cell) {
  for (const lit of document.querySelectorAll(".matrix .lit")) lit.classList.remove("lit");
  const table = cell?.closest("table");
  if (!table) return;
  table.querySelectorAll("col")[cell.cellIndex].classList.add("lit");
  table.tHead.rows[0].cells[cell.cellIndex].classList.add("lit");
}

// All squares are one stop of the Tab key.
function oneStopOf(table, stop = table.querySelector("td a")) {
  for (const link of table.querySelectorAll("tbody a")) link.tabIndex = link === stop ? 0 : -1;
}

function nextFrom(cell, key) {
  const [down, right] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key] ?? [0, 0];
  const rows = cell.closest("tbody").rows;
  let row = cell.parentElement.sectionRowIndex, column = cell.cellIndex;
  do {
    row += down;
    column += right;
    const link = rows[row]?.cells[column]?.querySelector("a");
    if (link) return link;
  } while ((down || right) && rows[row]?.cells[column]);
  return null;
}

document.addEventListener("pointerover", (event) => light(cellOf(event.target)));
document.addEventListener("focusin", (event) => light(cellOf(event.target)));
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".matrix tbody :is(td, th)");
  const next = cell && event.key.startsWith("Arrow") && nextFrom(cell, event.key);
  if (next) {
    event.preventDefault();
    oneStopOf(cell.closest("table"), next);
    next.focus();
  }
});
for (const moment of ["DOMContentLoaded", "htmx:afterSettle"]) {
  document.addEventListener(moment, () => document.querySelectorAll(".matrix").forEach((table) => oneStopOf(table)));
}
