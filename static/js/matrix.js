// Navigation in the matrix. The Tab key stops at one cell, and arrow keys, Home and End move between the cells. The row
// and column of the current cell are highlighted, and the line next to the matrix names the pair.

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const cellOf = (element) => element.closest?.(".matrix tbody td");

function highlightColumn(cell) {
  for (const element of document.querySelectorAll(".matrix .highlighted")) element.classList.remove("highlighted");
  const table = cell?.closest("table");
  if (!table) return;
  const link = cell.querySelector("a");
  if (!link) return;
  table.querySelectorAll("col")[cell.cellIndex].classList.add("highlighted");
  table.tHead.rows[0].cells[cell.cellIndex].classList.add("highlighted");
  document.getElementById("matrix-pair").textContent = link.title;
}

function setTabStop(table, stop = table.querySelector("td a")) {
  for (const link of table.querySelectorAll("tbody a")) link.tabIndex = link === stop ? 0 : -1;
}

function setTabStops() {
  for (const table of document.querySelectorAll(".matrix")) setTabStop(table);
}

// The next link in the direction of an arrow key, skipping empty cells. For Home and End, the ends of the row.
function nextLink(cell, key) {
  if (key === "Home") return cell.parentElement.querySelector("td a");
  if (key === "End") return [...cell.parentElement.querySelectorAll("td a")].at(-1);
  if (!(key in STEPS)) return null;
  const [down, right] = STEPS[key];
  const rows = cell.closest("tbody").rows;
  let row = cell.parentElement.sectionRowIndex;
  let column = cell.cellIndex;
  do {
    row += down;
    column += right;
    const link = rows[row]?.cells[column]?.querySelector("a");
    if (link) return link;
  } while (rows[row]?.cells[column]);
  return null;
}

document.addEventListener("pointerover", (event) => highlightColumn(cellOf(event.target)));
document.addEventListener("focusin", (event) => highlightColumn(cellOf(event.target)));
document.addEventListener("keydown", (event) => {
  // With a modifier the key has another function. For example, Alt and an arrow key go back in history.
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const cell = event.target.closest?.(".matrix tbody :is(td, th)");
  const next = cell && nextLink(cell, event.key);
  if (next) {
    event.preventDefault();
    setTabStop(cell.closest("table"), next);
    next.focus();
  }
});

// On phones, a link shows the matrix. It stays visible after each htmx response, although the URL then has no hash.
function keepOpen() {
  if (location.hash === "#matrix-figure") document.getElementById("results").classList.add("matrix-open");
}

keepOpen();
addEventListener("hashchange", keepOpen);
setTabStops();
document.addEventListener("htmx:afterSettle", setTabStops);
