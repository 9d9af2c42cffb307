// Keeps the input of a form on the server until it is saved, shows who else has the record open, and warns before the
// user leaves the form. Nothing is stored in the browser.
"use strict";
window.addEventListener("load", function () {
    const PAUSE_MS = 3000;
    const PING_MS = 30000;
    // Browsers reject larger keepalive requests (requests that may outlive the page).
    const MAX_KEEPALIVE = 60000;
    const box = document.querySelector(".editing-status");
    const key = document.querySelector("[name=form_key]");
    if (!box || !key) {
        return;
    }
    const { form } = key;
    const { keep: keepUrl, ping: pingUrl, failed, unsaved } = box.dataset;
    const [status, note] = box.children;
    // The first row of buttons is sticky, so the status stays visible there.
    form.querySelector(".submit-row")?.prepend(box);
    const token = form.elements.csrfmiddlewaretoken;

    function content() {
        const data = new FormData(form);
        for (const field of form.querySelectorAll("[type=password], [type=file]")) {
            data.delete(field.name);
        }
        return new URLSearchParams(data).toString();
    }

    const signal = (more = {}) =>
        new URLSearchParams({ [token.name]: token.value, [key.name]: key.value, ...more });

    function show(others, kept) {
        // Screen readers announce each change of the status, so unchanged text is not replaced.
        if (status.textContent !== others) {
            status.textContent = others;
        }
        note.textContent = kept;
    }

    async function post(url, body) {
        const { signal: sent } = sending;
        const answer = await fetch(url, {
            method: "POST", body: new URLSearchParams(body), keepalive: body.toString().length < MAX_KEEPALIVE,
            signal: sent,
        })
            // A redirect means that the user was logged out.
            .then((response) => (response.ok && !response.redirected ? response.json() : null))
            .catch(() => null);
        // The submitted form has no unsaved input.
        if (sent.aborted) {
            return true;
        }
        if (!answer) {
            show(keepUrl ? failed : "", "");
            return false;
        }
        show(answer.others, answer.kept ?? note.textContent);
        return true;
    }

    // Initialised on load, after Select2 and Django's widgets have set their fields. Null once the form is submitted.
    let saved = unsaved === undefined ? content() : "";
    let kept = saved;
    let pause;
    // Requests run one after the other, so that an earlier request cannot overwrite a later request.
    let queue = Promise.resolve();
    // Aborted on submit, because a request that arrives later would keep input that is already saved.
    let sending = new AbortController();

    function keep() {
        clearTimeout(pause);
        const typed = content();
        if (!keepUrl || saved === null || typed === kept) {
            return false;
        }
        kept = typed;
        queue = queue.then(() => post(keepUrl, typed)).then((isKept) => {
            if (!isKept) {
                kept = "";
            }
        });
        return true;
    }

    function renew() {
        if (document.visibilityState === "visible" && !keep()) {
            queue = queue.then(() => post(pingUrl, signal()));
        }
    }

    function wait() {
        clearTimeout(pause);
        pause = setTimeout(keep, PAUSE_MS);
    }

    form.addEventListener("input", wait);
    form.addEventListener("change", wait);
    django.jQuery?.(form).on("change", wait);
    form.addEventListener("submit", () => {
        clearTimeout(pause);
        saved = null;
        sending.abort();
    });
    window.addEventListener("beforeunload", (event) => {
        if (keepUrl && saved !== null && content() !== saved) {
            event.preventDefault();
        }
    });
    document.addEventListener("visibilitychange", () => {
        keep();
        renew();
    });
    window.addEventListener("pagehide", () => {
        keep();
        navigator.sendBeacon(pingUrl, signal({ closed: "1" }));
    });
    // The browser may restore the page from its back/forward cache.
    window.addEventListener("pageshow", ({ persisted }) => {
        if (persisted) {
            saved ??= content();
            sending = new AbortController();
            renew();
        }
    });
    setInterval(renew, PING_MS);
    renew();
});
