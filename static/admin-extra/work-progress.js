// While something is at work its page looks again by itself; without scripts there is a link that does.
"use strict";
(function () {
    const PAUSE_MS = 1500;
    // Where the site does not answer, it is not asked more often than this.
    const LONGEST_PAUSE_MS = 60000;
    let pause = PAUSE_MS;

    // The part of the page that tells how far the work has come: null when it is done, undefined where nobody says.
    async function told() {
        const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
        // Elsewhere is the page to log in at: to go there is for who looks at this one.
        if (!answer.ok || answer.redirected) {
            return undefined;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return page.getElementById("work-progress");
    }

    async function look() {
        const now = await told().catch(() => undefined);
        if (now === null) {
            window.location.reload();
            return;
        }
        if (now === undefined) {
            pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
        } else {
            pause = PAUSE_MS;
            const shown = document.getElementById("work-progress");
            // Said once only: a screen reader reads each change.
            if (shown.textContent !== now.textContent) {
                shown.replaceChildren(...now.childNodes);
            }
        }
        window.setTimeout(look, pause);
    }

    window.setTimeout(look, PAUSE_MS);
})();
