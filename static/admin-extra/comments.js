// Moves comments next to their fields, submits them without a page load, and suggests user names after @.
"use strict";
window.addEventListener("load", function () {
    const section = document.getElementById("comments");
    if (!section) {
        return;
    }
    const { label, namesLabel, failed } = section.dataset;
    const texts = () => [...document.querySelectorAll(".comment-box textarea")];
    const typed = () => texts().filter((each) => each.value.trim() && each.value !== each.defaultValue);

    // A form row can contain several boxes, each with one field.
    const rowOf = (name) =>
        document.querySelector(`.fieldBox.field-${name}`) ?? document.querySelector(`.form-row.field-${name}`);

    function place() {
        for (const thread of section.querySelectorAll("[data-field]")) {
            rowOf(thread.dataset.field)?.append(thread);
        }
        const box = section.querySelector(".comment-new");
        const select = box.querySelector("select");
        for (const { value: name } of select.options) {
            const row = rowOf(name);
            if (!row) {
                continue;
            }
            const button = document.createElement("button");
            button.type = "button";
            button.className = "comment-on";
            button.textContent = label;
            button.addEventListener("click", () => {
                row.append(box);
                select.value = name;
                box.querySelector("textarea").focus();
            });
            // Placed next to “Add evidence” to save a line.
            (document.getElementById(`notes-${name}`) ?? row).append(" ", button);
        }
    }

    // Scrolls to a comment and focuses it. The comment may have been moved, or may be inside a closed <details>.
    function goTo(comment) {
        comment?.closest("details")?.setAttribute("open", "");
        comment?.scrollIntoView({ block: "center" });
        comment?.focus({ preventScroll: true });
    }

    async function send(form, submitter) {
        const sent = [...form.elements].find((each) => each.name === "text");
        const status = document.querySelector(".comment-status");
        const body = new URLSearchParams(new FormData(form, submitter));
        // form.action would return the button named "action".
        const answer = await fetch(form.getAttribute("action"), { method: "POST", body }).catch(() => null);
        const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
        const answered = page && page.getElementById("comments");
        if (!answered) {
            submitter.after(status);
            status.textContent = failed;
            return;
        }
        const others = typed().filter((each) => each !== sent).map(({ id, value }) => [id, value]);
        const about = document.querySelector(".comment-new select").value;
        for (const placed of document.querySelectorAll(".comment-thread, .comment-new, .comment-on, .comment-status")) {
            placed.remove();
        }
        section.replaceChildren(...answered.childNodes);
        const fresh = section.querySelector(".comment-new textarea");
        for (const [id, value] of others) {
            // If the box no longer exists, the text is appended to the new comment.
            const text = document.getElementById(id) ?? fresh;
            text.value = text === fresh ? [text.value.trim(), value].filter(Boolean).join("\n\n") : value;
            text.closest("details")?.setAttribute("open", "");
            if (id === fresh.id) {
                section.querySelector(".comment-new select").value = about;
            }
        }
        place();
        const posted = new URL(answer.url).searchParams.get("posted");
        const refused = document.querySelector(".comment-box .errorlist");
        goTo(posted ? document.getElementById(`comment-${posted}`) : refused?.parentElement.querySelector("textarea"));
        if (!posted && !refused) {
            section.querySelector("h2").scrollIntoView({ block: "nearest" });
        }
    }

    // Suggests the names that begin with the text between @ and the cursor.
    function suggest(text) {
        text.parentElement.querySelector(".comment-suggestions")?.remove();
        const before = text.value.slice(0, text.selectionStart);
        const [mention, begun] = /@([\p{L}\p{N}_.@+-]*)$/u.exec(before) ?? [];
        const names = [...section.querySelectorAll(".comment-names li")].map((each) => each.textContent);
        const found = names.filter((name) => name.toLowerCase().startsWith(begun?.toLowerCase())).slice(0, 8);
        if (mention === undefined || !found.length || found.includes(begun)) {
            return;
        }
        const list = document.createElement("span");
        list.className = "comment-suggestions";
        list.setAttribute("role", "group");
        list.setAttribute("aria-label", namesLabel);
        for (const name of found) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "button";
            button.textContent = `@${name}`;
            button.addEventListener("click", () => {
                text.setRangeText(`@${name} `, before.length - mention.length, before.length, "end");
                list.remove();
                text.focus();
            });
            list.append(button);
        }
        text.after(list);
    }

    // While a request is pending, a double click or another button is ignored.
    let isSending = false;
    document.addEventListener("submit", async (event) => {
        if (event.target.closest("#comments")) {
            event.preventDefault();
            if (!isSending) {
                isSending = true;
                await send(event.target, event.submitter);
                isSending = false;
            }
        }
    });
    document.addEventListener("input", ({ target }) => {
        if (target.matches(".comment-box textarea")) {
            suggest(target);
        }
    });
    window.addEventListener("beforeunload", (event) => {
        if (typed().length) {
            event.preventDefault();
        }
    });
    place();
    goTo(/^#comment-\d+$/.test(location.hash) ? document.querySelector(location.hash) : null);
});
