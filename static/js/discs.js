// Keyboard navigation in the disc chart. The Tab key stops at one link, and arrow keys move between the links. Without
// scripts, the Tab key stops at the headings of the groups.

const chart = document.querySelector(".disc-chart");
const groups = [...chart.querySelectorAll("section")].map((section) => [...section.querySelectorAll("a")]);

function setTabStop(stop) {
  for (const link of groups.flat()) link.tabIndex = link === stop ? 0 : -1;
}

// Up and down move within a group, which starts with its heading. Left and right move between columns and groups.
function nextLink(link, key) {
  const group = groups.findIndex((links) => links.includes(link));
  const links = groups[group];
  const place = links.indexOf(link);
  const rows = Number(getComputedStyle(chart.querySelector(".disc-cells")).getPropertyValue("--rows"));
  const steps = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -rows, ArrowRight: rows };
  const across = key === "ArrowLeft" || key === "ArrowRight";
  const next = place === 0 && across ? undefined : links[place + steps[key]];
  if (next || !across) return next;
  return groups[group + Math.sign(steps[key])]?.[0];
}

chart.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !event.key.startsWith("Arrow")) return;
  const next = nextLink(event.target.closest("a"), event.key);
  if (!next) return;
  event.preventDefault();
  setTabStop(next);
  next.focus();
});
setTabStop(groups[0]?.[0]);
