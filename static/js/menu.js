// Menus close on Escape, on a click outside, and when the focus leaves them, because they would cover the focused element.

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
