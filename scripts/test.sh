# All tests on SQLite, then all tests on PostgreSQL: called by `make test` with pytest's arguments.
# DB= chooses one half. The last lines sum up both.
set -u

case $DB in
    sqlite) needs="chromium" ;;
    postgresql | both) needs="chromium postgresql" ;;
    *) echo "DB is one of sqlite, postgresql, both" >&2; exit 2 ;;
esac
missing=$(sh scripts/install_missing.sh $needs)
[ -z "$missing" ] || echo "$missing"

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
status=0
summary=()

# One worker per core, four at most: a worker makes databases and starts a browser of its own.
half() {
    local name=$1
    shift
    echo "== Tests on $name"
    "$@" python -m pytest --numprocesses=auto --maxprocesses=4 "${pytest_arguments[@]}" 2>&1 | tee "$logs/$name"
    local code=${PIPESTATUS[0]}
    [ "$code" = 0 ] || status=$code
    local last
    last=$(grep -E '(passed|failed|error|skipped|no tests ran).* in [0-9.]+s' "$logs/$name" | tail -n 1 | sed -E 's/^=+ | =+$//g')
    summary+=("$name: ${last:-pytest stopped with exit code $code}")
}

pytest_arguments=("$@")
if [ "$DB" != postgresql ]; then
    half SQLite env -u DATABASE_URL
fi
if [ "$DB" != sqlite ]; then
    if python -m tests.postgres_cluster --find >/dev/null; then
        half PostgreSQL python -m tests.postgres_cluster --
    else
        summary+=("PostgreSQL: skipped, this machine has no PostgreSQL server programs")
    fi
fi

echo
if [ "$DB" != both ]; then
    summary+=("Only $DB was asked for.")
fi
case $missing in
    *Missing*chromium*) summary+=("Browser tests: skipped, this machine has no chromium") ;;
esac
printf '%s\n' "${summary[@]}"
exit $status
