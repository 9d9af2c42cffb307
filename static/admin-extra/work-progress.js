// Updates the page of a background job until the job is done. Without scripts, a link on the page reloads it.
"use strict";
(function () {
    const PAUSE_MS = 1500;
    // Maximum pause between requests while the site does not respond.
    const LONGEST_PAUSE_MS = 60000;
    let pause = PAUSE_MS;

    // Returns the progress element. Null when the job is done, undefined if the response has no status.
    async function fetchProgress() {
        const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
        // A redirect means that the user was logged out.
        if (!answer.ok || answer.redirected) {
            return undefined;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return page.getElementById("work-progress");
    }

    async function update() {
        const progress = await fetchProgress().catch(() => undefined);
        if (progress === null) {
            window.location.reload();
            return;
        }
        if (progress === undefined) {
            pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
        } else {
            pause = PAUSE_MS;
            const shown = document.getElementById("work-progress");
            // Screen readers announce each change, so unchanged text is not replaced.
            if (shown.textContent !== progress.textContent) {
                shown.replaceChildren(...progress.childNodes);
            }
        }
        window.setTimeout(update, pause);
    }

    window.setTimeout(update, PAUSE_MS);
})();
