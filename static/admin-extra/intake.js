// The intake page. Decisions, summaries and new values are saved one by one, by keyboard or mouse.
// Without this script the page is a single form with a save button.

const page = document.getElementById("intake");
const form = document.getElementById("intake-form");
const status = document.getElementById("intake-status");
const messages = page.dataset;
const KEYS_OFF = "intake-keys-off";
// A summary is saved after a pause in typing, and when its field loses focus.
const PAUSE_MS = 1500;

let current = "";
let queue = Promise.resolve();
let pending = 0;
// The message of the first request that failed since the queue was last empty.
let failure = null;
// True while the entire form, including the texts, is being submitted.
let isSubmitted = false;
const decided = [];

const rowOf = (id) => document.getElementById(`proposal-${id}`);
const say = (text) => {
    status.textContent = text;
};

function currentRow() {
    return document.activeElement.closest("[data-proposal]") ?? rowOf(current);
}

// Replaces the radio buttons of decisions with buttons. Moving through radio buttons with the arrow keys, as screen
// readers suggest, would save each choice on the way.
function withButtons(part) {
    for (const radio of part.querySelectorAll("input[type=radio][data-decision]")) {
        // "Undo" is offered only after a decision, and the other choices only before.
        if ((radio.value === "undo") === (radio.closest("[data-status]").dataset.status === "open")) {
            radio.parentElement.remove();
            continue;
        }
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.decision = radio.dataset.decision;
        button.textContent = radio.parentElement.textContent.trim();
        radio.parentElement.replaceWith(button);
    }
    for (const box of part.querySelectorAll("details.edit")) {
        const [summary] = box.children;
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.edit = "";
        button.textContent = summary.textContent;
        box.closest("[data-proposal]").querySelector(".decisions").append(button);
        summary.hidden = true;
        const tell = () => button.setAttribute("aria-expanded", box.open);
        tell();
        box.addEventListener("toggle", tell);
    }
    for (const element of part.querySelectorAll("[data-with-script]")) {
        element.hidden = false;
    }
}

// Returns a function that restores the focus after a response has replaced a part of a row.
function focusIn(part) {
    const active = document.activeElement;
    if (!part.contains(active)) {
        return null;
    }
    return (row) => {
        const same = [...row.querySelectorAll("*")].find((element) =>
            active.id ? element.id === active.id : element.isEqualNode(active));
        same?.focus({ preventScroll: true });
        if (document.activeElement !== same) {
            row.focus({ preventScroll: true });
        }
    };
}

function replaceRow(html) {
    const fresh = document.createRange().createContextualFragment(html).firstElementChild;
    const row = document.getElementById(fresh.id);
    for (const link of page.querySelectorAll(`.about [href="#${fresh.id}"]`)) {
        link.textContent = fresh.querySelector("b").textContent;
    }
    if (!row) {
        // A new row, such as a spelling proposed after its record is known. Rows of other pages are skipped.
        const others = page.querySelectorAll(
            `[data-section="${fresh.dataset.section}"][data-subject="${fresh.dataset.subject}"]`);
        withButtons(fresh);
        others[others.length - 1]?.after(fresh);
        return;
    }
    if (row.dataset.version === fresh.dataset.version && row.dataset.status === fresh.dataset.status) {
        // The decision is the same, but the effect may depend on another decision. Typed values stay.
        const line = row.querySelector(".line > div");
        const refocus = focusIn(line);
        line.replaceWith(fresh.querySelector(".line > div"));
        refocus?.(row);
        return;
    }
    const refocus = focusIn(row);
    withButtons(fresh);
    row.replaceWith(fresh);
    refocus?.(fresh);
}

// Removes decided items from the list of items that can be accepted together, and updates their number.
function leaveOutDecided(box) {
    for (const field of box.querySelectorAll("[name=sure]")) {
        if ((rowOf(field.value)?.dataset.status ?? "open") !== "open") {
            field.closest("li").remove();
        }
    }
    const summary = box.querySelector("summary");
    const number = box.querySelectorAll("[name=sure]").length;
    summary.textContent = summary.textContent.replace(/\d+/, number);
    box.hidden = number === 0;
}

// Shows the buttons that accept a record with its values while any of these values is undecided.
function showWithValues() {
    for (const button of page.querySelectorAll("[data-with-values]")) {
        const { subject } = button.closest("[data-proposal]").dataset;
        button.hidden = !page.querySelector(`[data-subject="${subject}"][data-status=open]:not(.is-record)`);
    }
}

function show(answer) {
    for (const html of answer.rows ?? []) {
        replaceRow(html);
    }
    for (const [id, text] of Object.entries(answer.texts ?? {})) {
        const element = document.getElementById(id);
        if (element) {
            element.textContent = text;
        }
    }
    for (const [selector, html] of Object.entries(answer.parts ?? {})) {
        const part = page.querySelector(selector);
        if (part && part.innerHTML !== html && window.getSelection().isCollapsed) {
            part.replaceChildren(document.createRange().createContextualFragment(html));
        }
    }
    page.querySelectorAll(".at-once").forEach(leaveOutDecided);
    showWithValues();
    if (rowOf(current)) {
        mark(rowOf(current));
    }
    say(answer.message ?? "");
}

async function post(fields) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(fields())) {
        body.set(name, value);
    }
    const answer = await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/json" }, keepalive: true,
    }).catch(() => null);
    if (!answer?.headers.get("Content-Type")?.startsWith("application/json")) {
        say(messages.notSaved);
        return false;
    }
    show(await answer.json());
    return answer.ok;
}

// Makes requests one after the other, because each decision contains the version from the previous response.
function enqueue(request) {
    if (pending === 0) {
        failure = null;
    }
    pending += 1;
    queue = queue.then(request).catch(() => {
        // The response was incomplete or could not be shown. Later decisions are still sent.
        say(messages.notSaved);
        return false;
    }).then((saved) => {
        pending -= 1;
        if (!saved) {
            failure ??= status.textContent;
        }
        return saved;
    });
    return queue;
}

// Continues after the pending requests, unless one of them fails. `element` is the button or link that was used.
async function whenSaved(element, goAhead) {
    if (element.hasAttribute("aria-busy")) {
        return;
    }
    element.setAttribute("aria-busy", "true");
    while (pending) {
        await queue;
    }
    element.removeAttribute("aria-busy");
    if (failure === null) {
        goAhead();
    } else {
        // Messages of later requests have replaced it.
        say(failure);
    }
}

const send = (fields) => enqueue(() => post(fields));

function hasChanged(field) {
    return field.options
        ? [...field.options].some((option) => option.selected !== option.defaultSelected)
        : field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}

// Returns all values of a row if any of them has changed.
function changedValues(row) {
    const fields = [...row.querySelectorAll("[data-value]")];
    if (!fields.some(hasChanged)) {
        return {};
    }
    const sent = fields.filter((field) => field.type !== "checkbox" || field.checked);
    return Object.fromEntries(sent.map((field) => [field.name, field.value]));
}

function decide(row, decision, { isUndo = false, more = {} } = {}) {
    const id = row.dataset.proposal;
    if (!isUndo) {
        decided.push(id);
    }
    const values = { ...(decision === "accept" ? changedValues(row) : {}), ...more };
    // Set until the response replaces the row.
    row.dataset.sent = decision;
    return send(() => ({
        [`decision-${id}`]: decision,
        [`version-${id}`]: rowOf(id)?.dataset.version ?? "",
        ...values,
    })).then(() => {
        if (rowOf(id)) {
            delete rowOf(id).dataset.sent;
        }
    });
}

// Sends the changed values of accepted proposals.
function sendChangesOfAccepted() {
    for (const row of page.querySelectorAll(":is([data-status=accepted], [data-status=edited])[data-proposal]")) {
        if (Object.keys(changedValues(row)).length) {
            decide(row, "accept");
        }
    }
}

// Returns true and shows the field if a form of a new value or record has input that has not been sent.
function hasUnsentForm() {
    const handForm = page.querySelector(".hand-form form:not([aria-busy])");
    const fields = [...(handForm?.elements ?? [])].filter((field) => field.matches("input, select, textarea"));
    const isUnsent = (field) => hasChanged(field) || field.matches("[aria-invalid=true]");
    return pointAt(fields.find(isUnsent), messages.unsentForm);
}

// Returns true and shows the field if a proposal has changed values that have not been sent with a decision.
function hasUnsentValues() {
    const fields = [...page.querySelectorAll("[data-proposal]:not([data-sent]) [data-value]")];
    return pointAt(fields.find(hasChanged), messages.unsentValues);
}

function pointAt(field, message) {
    if (field === undefined) {
        return false;
    }
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) {
        box.open = true;
    }
    field.focus();
    say(message);
    return true;
}

// Marks a row and its places in the text as current.
function mark(row) {
    for (const element of page.querySelectorAll(".is-current")) {
        element.classList.remove("is-current");
    }
    current = row.dataset.proposal;
    row.classList.add("is-current");
    for (const element of page.querySelectorAll(`mark[data-proposals~="${current}"]`)) {
        element.classList.add("is-current");
    }
}

function goTo(row) {
    const fold = row.closest("details.known");
    if (fold) {
        fold.open = true;
    }
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
}

function neighbour(step, from = currentRow()) {
    const rows = [...page.querySelectorAll("[data-proposal]")];
    const index = from ? rows.indexOf(from) : step > 0 ? -1 : rows.length;
    const rest = step > 0 ? rows.slice(index + 1) : rows.slice(0, Math.max(index, 0)).reverse();
    return rest.find(needsDecision);
}

function needsDecision(row) {
    const { status, sent, locked } = row.dataset;
    return status === "open" && sent === undefined && locked === undefined && !isOfRejected(row);
}

// If a record is rejected, its values and the values that refer to it need no decision.
function isOfRejected(row) {
    return [row.dataset.subject, row.dataset.target].map(rowOf).some((record) =>
        record && (record.dataset.status === "rejected" || record.dataset.sent === "reject"));
}

function goOn(step = 1, from = undefined) {
    const next = neighbour(step, from);
    if (next) {
        goTo(next);
        return;
    }
    const link = document.querySelector(step > 0 ? "#next-passages" : "#previous-passages");
    // Shown after the pending responses, whose messages would replace it.
    queue = queue.then(() => say(link ? messages.lastOfPage : messages.lastOfAll));
    link?.focus();
}

function edit(row) {
    const box = row.querySelector("details.edit");
    if (box) {
        box.open = true;
        const field = box.querySelector("[data-value]:not([type=checkbox])");
        field.focus();
        field.select?.();
    }
}

const KEYS = {
    j: () => goOn(1),
    k: () => goOn(-1),
    a: (row) => decideAndGoOn(row, "accept"),
    A: (row) => acceptRecord(row),
    // Accepts the proposal as a new record instead of the known record.
    d: (row) => row && decideAndGoOn(row, "accept", { [`new-${row.dataset.proposal}`]: "1" }),
    x: (row) => decideAndGoOn(row, "reject"),
    e: (row) => row && edit(row),
    u: () => undo(),
    o: (row) => row?.querySelector("a.record")?.click(),
    "?": () => {
        const keys = document.getElementById("intake-keys");
        keys.open = !keys.open;
        keys.querySelector("summary").focus();
    },
};

function decideAndGoOn(row, decision, more = {}) {
    if (row) {
        decide(row, decision, { more });
        goOn(1, row);
    }
}

// Accepts a record, then its undecided values.
function acceptRecord(row) {
    if (!row) {
        return;
    }
    const rows = [...page.querySelectorAll(`[data-subject="${row.dataset.subject}"][data-status="open"]`)];
    for (const each of rows) {
        decide(each, "accept");
    }
    // Continues after this row. The last accepted row may be several passages below, with undecided rows in between.
    goOn(1, row);
}

function undo() {
    const row = rowOf(decided.pop());
    if (row) {
        decide(row, "undo", { isUndo: true });
        goTo(row);
    } else {
        say(messages.nothingToUndo);
    }
}

// Returns the selection as offsets in the report's text, in code points instead of JavaScript's UTF-16 units.
function selectedWords() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) {
        return null;
    }
    const range = selection.getRangeAt(0);
    const words = (range.startContainer.parentElement ?? range.startContainer).closest?.("[data-start]");
    if (!words || !words.contains(range.endContainer)) {
        return null;
    }
    const before = document.createRange();
    before.setStart(words, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = Number(words.dataset.start) + [...before.toString()].length;
    return { section: words.closest("[data-passage]"), start, end: start + [...range.toString()].length };
}

const KINDS = { p: "delegate", c: "city", o: "organisation", i: "initiative", f: "figure" };

async function openHandForm(link, selected) {
    // A form that is being sent stays open until its response, which may contain errors.
    if (page.querySelector(".hand-form [aria-busy]")) {
        whenSaved(link, () => openHandForm(link, selected));
        return;
    }
    if (hasUnsentForm()) {
        return;
    }
    const url = new URL(link.href);
    if (selected) {
        url.searchParams.set("start", selected.start);
        url.searchParams.set("end", selected.end);
    }
    const answer = await fetch(url, { headers: { "X-Part": "form" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) {
        window.location.assign(url);
        return;
    }
    // Only one form is open at a time, because its fields have the same names in every passage.
    for (const box of page.querySelectorAll(".hand-form")) {
        box.replaceChildren();
    }
    fillHandForm(link.closest("[data-passage]").querySelector(".hand-form"), await answer.text());
}

function fillHandForm(box, html) {
    box.replaceChildren(document.createRange().createContextualFragment(html));
    box.scrollIntoView({ block: "start" });
    const empty = [...box.querySelectorAll("[required]")].find((field) => !field.value);
    (box.querySelector("[aria-invalid=true]") ?? empty ?? box.querySelector("[type=submit]"))?.focus();
}

function sendHandForm(handForm) {
    if (handForm.hasAttribute("aria-busy")) {
        return;
    }
    handForm.setAttribute("aria-busy", "true");
    const body = new FormData(handForm);
    // A form that is cancelled before its turn is not sent.
    enqueue(() => !handForm.isConnected || postHandForm(handForm, body)).then(() =>
        handForm.removeAttribute("aria-busy"));
}

async function postHandForm(handForm, body) {
    const answer = await fetch(handForm.action, {
        method: "POST", body, headers: { "X-Part": "form", Accept: "application/json" },
    });
    if (answer.redirected || answer.status >= 500) {
        say(messages.notSaved);
        return false;
    }
    if (answer.headers.get("Content-Type").startsWith("application/json")) {
        const { passage, html, row, ...rest } = await answer.json();
        const list = document.querySelector(`#p${passage} .proposals`);
        list.replaceChildren(document.createRange().createContextualFragment(html));
        withButtons(list);
        list.closest("[data-passage]").querySelector(".own-words").open = true;
        handForm.remove();
        show(rest);
        // A record that the report already names may be on another page.
        goTo(rowOf(row) ?? list.closest("[data-passage]").querySelector("a.by-hand"));
    } else if (handForm.isConnected) {
        // The errors are shown in the form.
        say("");
        fillHandForm(handForm.closest(".hand-form"), await answer.text());
        return false;
    }
    return true;
}

const previous = (field) => form.elements[`was-${field.name}`];
const isUnsaved = (field) => field.value !== previous(field).value;

// Sends a text together with the previous value of its field, so that no other user's text is overwritten.
function saveText(field) {
    if (!isUnsaved(field)) {
        return;
    }
    const was = previous(field);
    const { value } = field;
    let shown = was.value;
    send(() => {
        shown = was.value;
        was.value = value;
        return { [field.name]: value, [was.name]: shown };
    }).then((saved) => {
        if (!saved) {
            was.value = shown;
        }
    });
}

const keysAreOn = () => localStorage.getItem(KEYS_OFF) === null;

// Returns the link to another page that a click opens in this tab.
function followedLink({ target, ctrlKey, metaKey, shiftKey, altKey }) {
    const link = target.closest("a[href]:not([target], [href^='#'])");
    return ctrlKey || metaKey || shiftKey || altKey ? null : link;
}

// Leaves the page after the pending requests, which could otherwise be lost or arrive after "Write" has made its plan.
// Stays on the page if there is input that has not been sent.
function leave(event, element, goAhead) {
    sendChangesOfAccepted();
    const isUnsent = hasUnsentForm() || hasUnsentValues();
    if (isUnsent || pending) {
        event.preventDefault();
    }
    if (!isUnsent && pending) {
        whenSaved(element, goAhead);
    }
}

page.addEventListener("click", (event) => {
    const { target } = event;
    const row = target.closest("[data-proposal]");
    if (row) {
        mark(row);
    }
    const { decision } = target.dataset;
    if (decision && row) {
        decide(row, decision);
    } else if (target.matches("[data-with-values]")) {
        acceptRecord(row);
    } else if (target.matches("[data-edit]")) {
        const box = row.querySelector("details.edit");
        if (box.open) {
            box.open = false;
        } else {
            edit(row);
        }
    } else if (target.matches("button[data-same]")) {
        event.preventDefault();
        decide(row, "accept", { more: { [target.name]: target.value } });
    } else if (target.matches("mark[data-proposals]")) {
        const first = target.dataset.proposals.split(" ").map(rowOf).find(Boolean);
        if (first && window.getSelection().isCollapsed) {
            goTo(first);
        }
    } else if (target.matches("a.by-hand")) {
        event.preventDefault();
        openHandForm(target, selectedWords());
    } else if (target.matches(".hand-form .cancel")) {
        event.preventDefault();
        target.closest(".hand-form").replaceChildren();
    } else if (followedLink(event)) {
        const link = followedLink(event);
        leave(event, link, () => link.click());
    }
});
// Pressing a link would clear the selection.
page.addEventListener("mousedown", (event) => {
    if (event.target.matches("a.by-hand")) {
        event.preventDefault();
    }
});
page.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-proposal]");
    if (row) {
        mark(row);
    }
});
page.addEventListener("submit", (event) => {
    if (event.target.matches(".hand-form form")) {
        event.preventDefault();
        sendHandForm(event.target);
        return;
    }
    leave(event, event.submitter ?? event.target, () => event.target.requestSubmit(event.submitter));
    isSubmitted = event.target === form && !event.defaultPrevented;
});
window.addEventListener("beforeunload", (event) => {
    const unsaved = isSubmitted ? [] : [...page.querySelectorAll("[data-autosave]")].filter(isUnsaved);
    // Unchanged fields contain the rejected version of a conflict, which only "Save" can resolve.
    unsaved.filter(hasChanged).forEach(saveText);
    if (pending || unsaved.length || hasUnsentForm() || hasUnsentValues()) {
        event.preventDefault();
    }
});
window.addEventListener("pageshow", () => {
    isSubmitted = false;
});

// Suggests names of known records that contain the typed text.
const names = document.getElementById("intake-names");
async function suggestNames(field) {
    const query = new URLSearchParams({ kind: field.dataset.kind, text: field.value });
    const answer = await fetch(`${names.dataset.url}?${query}`).catch(() => null);
    const found = answer?.ok && !answer.redirected ? (await answer.json()).names : [];
    if (field.value === query.get("text")) {
        names.replaceChildren(...found.map((name) => new Option(name)));
    }
}

let pause;
page.addEventListener("input", (event) => {
    if (event.target.matches("[list=intake-names]")) {
        suggestNames(event.target);
    }
    if (event.target.matches("[data-autosave]")) {
        clearTimeout(pause);
        pause = setTimeout(saveText, PAUSE_MS, event.target);
    }
});
page.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosave]")) {
        clearTimeout(pause);
        saveText(event.target);
    }
});

// Returns the Latin letter of a key on keyboards for other scripts.
function signOf({ key, code = "", shiftKey }) {
    const letter = /^Key([A-Z])$/.exec(code)?.[1];
    return key > "~" && letter ? (shiftKey ? letter : letter.toLowerCase()) : key;
}

document.addEventListener("keydown", (event) => {
    // These keys belong to the input method, where Enter confirms a word and Escape discards it.
    if (event.isComposing) {
        return;
    }
    const row = event.target.closest?.("[data-proposal]");
    if (event.key === "Enter" && event.target.matches?.("input[data-value], select[data-value]")) {
        event.preventDefault();
        goTo(row);
        decideAndGoOn(row, "accept");
        return;
    }
    if (event.key === "Escape" && page.contains(event.target) && event.target !== row) {
        // Leaves the field, so that the shortcut keys work again.
        if (row) {
            goTo(row);
        } else {
            event.target.blur();
        }
        return;
    }
    const inField = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (!keysAreOn() || inField || event.ctrlKey || event.metaKey || event.altKey) {
        return;
    }
    const sign = signOf(event);
    // Holding a key down repeats only moves. Decisions need a key press each.
    if (event.repeat && !["j", "k"].includes(sign)) {
        return;
    }
    const selected = KINDS[sign] && selectedWords();
    if (selected) {
        event.preventDefault();
        openHandForm(selected.section.querySelector(`a.by-hand[data-kind="${KINDS[sign]}"]`), selected);
    } else if (Object.hasOwn(KEYS, sign)) {
        event.preventDefault();
        KEYS[sign](currentRow());
    }
});

const keysBox = document.getElementById("intake-keys-on");
keysBox.checked = keysAreOn();
keysBox.addEventListener("change", () => {
    if (keysBox.checked) {
        localStorage.removeItem(KEYS_OFF);
    } else {
        localStorage.setItem(KEYS_OFF, "1");
    }
});

withButtons(page);
showWithValues();
