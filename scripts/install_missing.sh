# Checks the given programs (chromium, gettext, postgresql, sqlite3), and installs missing programs with apt-get if run
# by root. Otherwise prints one line. Exits with 1 if a program is still missing.
set -u

is_missing() {
    case $1 in
        gettext) ! command -v msgmerge >/dev/null ;;
        sqlite3) ! command -v sqlite3 >/dev/null ;;
        chromium)
            for program in chromium-headless-shell chromium chromium-browser google-chrome; do
                ! command -v $program >/dev/null || return 1
            done
            ;;
        postgresql) ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 &&
            ! { command -v pg_config >/dev/null && [ -x "$(pg_config --bindir)/initdb" ]; } ;;
    esac
}

missing=
for name in "$@"; do
    if is_missing "$name"; then missing="$missing $name"; fi
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing with apt-get" >&2
    export DEBIAN_FRONTEND=noninteractive
    # Without any fonts, a browser draws no text, and elements without a size count as invisible. Liberation has the same
    # widths as Arial and Times New Roman, which layout tests expect. DejaVu contains the arrows and other symbols.
    case $missing in *chromium*) fonts="fonts-liberation fonts-dejavu-core" ;; *) fonts= ;; esac
    log=$(mktemp)
    {
        apt-get update
        # Chromium without windows, which Debian has since version 13.
        packages=$missing
        if apt-cache show chromium-headless-shell; then
            packages=$(echo "$missing" | sed 's/chromium/chromium-headless-shell/')
        fi
        apt-get install --yes --no-install-recommends $packages $fonts
    } >"$log" 2>&1 </dev/null || tail -n 5 "$log"
    rm -f "$log"
fi

still=
for name in $missing; do
    if is_missing "$name"; then still="$still $name"; fi
done
if [ -n "$still" ]; then
    echo "Missing on this machine:$still (on Debian: apt-get install$still)"
    exit 1
fi
