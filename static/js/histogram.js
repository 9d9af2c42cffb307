// Keyboard navigation in the histogram of years. The Tab key stops at one bar, and arrow keys move between the bars.

const results = document.getElementById("results");

export function setTabStop(stop) {
  const bars = [...results.querySelectorAll(".histogram a")];
  stop ??= bars.find((bar) => bar.closest(".selected")) ?? bars.at(-1);
  for (const bar of bars) bar.tabIndex = bar === stop ? 0 : -1;
}

function nextItem(item, key) {
  return {
    ArrowLeft: item.previousElementSibling,
    ArrowRight: item.nextElementSibling,
    Home: item.parentElement.firstElementChild,
    End: item.parentElement.lastElementChild,
  }[key];
}

setTabStop();

results.addEventListener("keydown", (event) => {
  // With a modifier the key has another function. For example, Alt and an arrow key go back in history.
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const item = event.target.closest(".histogram li");
  const next = item && nextItem(item, event.key);
  if (next) {
    event.preventDefault();
    setTabStop(next.firstElementChild);
    next.firstElementChild.focus();
  }
});
