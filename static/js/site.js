// Entry module of every page. Without scripts every page works: filters are a form, links are links.
import "./clipboard.js";
import "./menu.js";
import "./notes.js";
import "./print.js";
import "./suggestions.js";
