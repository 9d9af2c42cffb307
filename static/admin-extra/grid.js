// A table of fields that can be edited like a spreadsheet, with keyboard navigation, pasting of blocks, filling down, and
// undo for each step.
"use strict";
{
    const form = document.querySelector(".grid");
    const FIELDS = "input, textarea, select";
    // The fields of each cell, by table and row. A cell may have no field or, in a table of drafts, several.
    const tables = [...form.querySelectorAll("tbody")].map((body) =>
        [...body.rows].map((row) =>
            [...row.querySelectorAll("td")].map((cell) => [...cell.querySelectorAll(FIELDS)]),
        ),
    );
    const fields = tables.flat(3);
    const count = form.querySelector(".grid-count");
    const status = form.querySelector("[role=status]");
    document.getElementById("grid-keys").hidden = false;
    form.querySelector("[aria-invalid]")?.focus();

    // The value that the server sent. It may differ from the stored record, and from a value that the browser restored.
    const kept = (field) =>
        field.defaultValue ?? [...field.options].find((each) => each.defaultSelected)?.value ?? "";
    const sent = new Map(fields.map((field) => [field, kept(field)]));
    const opened = new Map(fields.map((field) => [field, field.dataset.opened ?? kept(field)]));
    const notShown = Number(count.textContent) - form.querySelectorAll(".is-changed").length;
    // The steps that can be undone, each with its fields and their previous values.
    const steps = [];
    let atFocus = "";
    // The selected fields of a column, starting with the focused field.
    let selected = [];

    /** Returns the rows of the field's table, and the field's row and column numbers. */
    function place(field) {
        const rows = tables.find((each) => each.flat(2).includes(field));
        const row = rows.findIndex((each) => each.flat().includes(field));
        return [rows, row, rows[row].findIndex((cell) => cell.includes(field))];
    }

    function mark(field) {
        field.parentElement.classList.toggle("is-changed", field.value !== opened.get(field));
        count.textContent = notShown + form.querySelectorAll(".is-changed").length;
    }

    function put(field, value) {
        field.value = value;
        mark(field);
    }

    /** Sets the values of fields as one step. Returns the texts that no field accepts. */
    function fill(pairs) {
        const step = [];
        const left = [];
        for (const [field, text] of pairs) {
            const wanted = text.trim().toLowerCase();
            const value =
                field?.localName === "select"
                    ? [...field.options].find((each) => [each.value, each.text].some((own) => own.toLowerCase() === wanted))
                          ?.value
                    : text;
            // A single-line field would lose the line break.
            if (!field || field.disabled || value === undefined || (field.localName === "input" && /[\r\n]/.test(value))) {
                left.push(text);
            } else {
                step.push([field, field.value]);
                put(field, value);
            }
        }
        steps.push(step);
        atFocus = document.activeElement.value;
        status.textContent = `${status.dataset.filled} ${step.length}. `;
        if (left.length) {
            status.textContent += `${status.dataset.left} ${left.map((text) => `“${text}”`).join(", ")}`;
        }
    }

    /** Splits a copied block into cells. Spreadsheets quote cells that contain line breaks or quotes. */
    function cellsOf(text) {
        const block = [[]];
        for (const [, quoted, plain, end] of text.replace(/\r\n?/g, "\n").matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g)) {
            block.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
            if (end === "\n") {
                block.push([]);
            } else if (!end) {
                break;
            }
        }
        if (block.length > 1 && block.at(-1).join("") === "") {
            block.pop();
        }
        return block;
    }

    function select(all) {
        selected.forEach((field) => field.parentElement.classList.remove("is-selected"));
        selected = all;
        selected.forEach((field) => field.parentElement.classList.add("is-selected"));
    }

    function move(field, down, right) {
        let [rows, row, column] = place(field);
        do {
            row += down;
            column += right;
        } while (rows[row]?.[column]?.length === 0);
        const next = rows[row]?.[column]?.[0];
        next?.focus();
        next?.select?.();
        return Boolean(next);
    }

    function extend(field, step) {
        const [rows, row, column] = place(field);
        const last = selected.length ? place(selected.at(-1))[1] : row;
        const end = Math.min(Math.max(last + step, row), rows.length - 1);
        select(rows.slice(row, end + 1).flatMap((each) => each[column].slice(0, 1)));
        selected.at(-1).scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    function fillDown(field) {
        const [rows, row, column] = place(field);
        const above = rows[row - 1]?.[column][0];
        if (selected.length > 1) {
            fill(selected.slice(1).map((each) => [each, field.value]));
        } else if (above) {
            fill([[field, above.value]]);
        }
    }

    function undo() {
        const step = steps.pop();
        step.forEach(([field, value]) => put(field, value));
        step[0]?.[0].focus();
        atFocus = document.activeElement.value;
        status.textContent = "";
    }

    function isAtEdge(field, key) {
        if (field.localName === "select") {
            return false;
        }
        if (field.localName === "input" && /Up|Down/.test(key)) {
            return true;
        }
        const { selectionStart: start, selectionEnd: end, value } = field;
        return start === end && start === (/Up|Left/.test(key) ? 0 : value.length);
    }

    const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

    function isHandled(event, field) {
        const { key, shiftKey, altKey } = event;
        const isControl = event.ctrlKey || event.metaKey;
        if (isControl && !altKey && !shiftKey && event.code === "KeyD") {
            fillDown(field);
        } else if (isControl && !altKey && !shiftKey && event.code === "KeyZ" && field.value === atFocus && steps.length) {
            undo();
        } else if (isControl) {
            return false;
        } else if (key === "Enter" && altKey && field.localName === "textarea") {
            field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
            mark(field);
        } else if (key === "Enter") {
            move(field, shiftKey ? -1 : 1, 0);
        } else if (shiftKey && /^Arrow(Up|Down)$/.test(key) && field.localName !== "textarea") {
            extend(field, ARROWS[key][0]);
        } else {
            return key in ARROWS && !shiftKey && !altKey && isAtEdge(field, key) && move(field, ...ARROWS[key]);
        }
        return true;
    }

    /** Handles the events of the cells, not of the other fields of the form. */
    function onCells(type, handle) {
        form.addEventListener(type, (event) => fields.includes(event.target) && handle(event));
    }

    onCells("keydown", (event) => {
        if (!event.isComposing && isHandled(event, event.target)) {
            event.preventDefault();
        }
    });
    onCells("focusin", ({ target }) => {
        atFocus = target.value;
        select([]);
    });
    onCells("change", ({ target }) => {
        // A change to a single field is also a step.
        if (target.value !== atFocus) {
            steps.push([[target, atFocus]]);
            atFocus = target.value;
        }
    });
    onCells("input", ({ target }) => mark(target));
    onCells("paste", (event) => {
        const text = event.clipboardData.getData("text/plain");
        const block = cellsOf(text);
        const isCell = block.length === 1 && block[0].length === 1;
        // A quoted cell with line breaks replaces the field's value, without the quotes.
        const isQuoted = isCell && block[0][0].includes("\n");
        // Lines without tabs that were not copied from a table are pasted as text if the field allows several lines.
        const isText =
            event.target.localName === "textarea" &&
            block.every((cells) => cells.length === 1) &&
            !event.clipboardData.getData("text/html").includes("<table");
        const isBlock = isQuoted || (isCell ? event.target.localName === "select" : !isText);
        if (isBlock) {
            event.preventDefault();
            const [rows, row, column] = place(event.target);
            fill(
                block.flatMap((cells, down) =>
                    cells.map((text, right) => [rows[row + down]?.[column + right]?.[0], text]),
                ),
            );
        }
    });
    // Only changed cells are submitted, so that a second tab with the grid does not undo changes from the first tab.
    form.addEventListener("formdata", ({ formData }) => {
        sent.forEach((value, field) => field.value === value && formData.delete(field.name));
    });
    let isSent = false;
    form.addEventListener("submit", () => (isSent = true));
    window.addEventListener("beforeunload", (event) => {
        if (!isSent && [...sent].some(([field, value]) => field.value !== value)) {
            event.preventDefault();
        }
    });
    // The browser may restore field values when the page is reloaded or shown again.
    window.addEventListener("pageshow", () => {
        isSent = false;
        fields.forEach(mark);
    });
}
