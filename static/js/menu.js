// A menu closes on Escape, on a click outside it, and when the focus leaves it, which would be behind the menu.

const openMenu = () => document.querySelector(".menu[open]");

document.addEventListener("click", (event) => {
  const menu = openMenu();
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const menu = openMenu();
  if (relatedTarget && menu?.contains(target) && !menu.contains(relatedTarget)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = openMenu();
  if (menu && event.key === "Escape") {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
