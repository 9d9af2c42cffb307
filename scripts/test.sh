# The tests on SQLite, then on PostgreSQL. Called by `make test` and `make test-all` with pytest's arguments. DB=
# selects one engine. The last lines summarise both runs. PYTEST= is the command that runs pytest.
set -u

case $DB in
    sqlite) programs="chromium" ;;
    postgresql | both) programs="chromium postgresql" ;;
    *) echo "DB is one of sqlite, postgresql, both" >&2; exit 2 ;;
esac
missing=$(sh scripts/install_missing.sh $programs)
[ -z "$missing" ] || echo "$missing"

# Compiled modules are stored. Otherwise each worker, and each process that a test starts, would compile them again.
unset PYTHONDONTWRITEBYTECODE

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
status=0
summary=()

# There are three workers for two cores, because tests also wait for a browser or another process. Two workers took a
# quarter longer. The maximum is six, because each worker creates its own databases and starts its own browser.
workers=$((($(nproc) * 3 + 1) / 2))
[ "$workers" -le 6 ] || workers=6
run_tests() {
    local name=$1
    shift
    echo "== Tests on $name"
    set -- "$@" ${PYTEST:-python -m pytest} --override-ini=cache_dir="$logs/$name-cache"
    "$@" --numprocesses="$workers" "${pytest_arguments[@]}" 2>&1 | tee "$logs/$name"
    local code=${PIPESTATUS[0]}
    local last
    last=$(grep -E '(passed|failed|error|skipped|no tests ran).* in [0-9.]+s' "$logs/$name" | tail -n 1 | sed -E 's/^=+ | =+$//g')
    summary+=("$name: ${last:-pytest stopped with exit code $code}")
    if [ "$code" = 1 ]; then
        run_failed_tests_alone "$@" && code=0
    fi
    [ "$code" = 0 ] || status=$code
}

# A browser or another process can be late while three workers share two cores. If only a few tests fail, they run again,
# alone. The summary lists the tests that then pass. They should be changed to wait for what they need.
run_failed_tests_alone() {
    local failed
    failed=$(grep -E '^(FAILED|ERROR) ' "$logs/$name" | sed -E 's/^[A-Z]+ //; s/ - .*//')
    if [ -z "$failed" ] || [ "$(wc -l <<<"$failed")" -gt 3 ]; then
        return 1
    fi
    echo "== Failed tests on $name, alone"
    "$@" --last-failed --last-failed-no-failures=none "${pytest_arguments[@]}" || return 1
    summary+=("$name: passed only when run alone: ${failed//$'\n'/, }")
}

pytest_arguments=("$@")
if [ "$DB" != postgresql ]; then
    run_tests SQLite env -u DATABASE_URL
fi
if [ "$DB" != sqlite ]; then
    if python -m tests.postgres_cluster --find >/dev/null; then
        run_tests PostgreSQL python -m tests.postgres_cluster --
    else
        summary+=("PostgreSQL: skipped, this machine has no PostgreSQL server programs")
    fi
fi

echo
if [ "$DB" != both ]; then
    summary+=("Only $DB was selected.")
fi
case $missing in
    *Missing*chromium*) summary+=("Browser tests: skipped, this machine has no chromium") ;;
esac
printf '%s\n' "${summary[@]}"
exit $status
