// Entry module of every page. All pages also work without scripts, with filters as a plain form and plain links.
import "./clipboard.js";
import "./menu.js";
import "./notes.js";
import "./print.js";
import "./suggestions.js";
