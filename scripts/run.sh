# Serves the site with the shipped data as in production. Called by `make run`, with the virtual environment on PATH.
set -eu

export DEBUG=0
# glibc keeps freed memory in several arenas. In ten busy minutes, the web processes grew by 19 % without this limit, and
# by 9 % with it, but used 10 % more CPU time.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"

# Steps run in the background, where they ignore Ctrl-C, and are stopped by SIGTERM. On Ctrl-C, Python would print a
# traceback.
step() {
    "$@" &
    step=$!
    wait "$step"
}
step=
trap 'kill $step 2>/dev/null || true; wait; exit 130' INT TERM

# Creates var/env with a secret key at the first start, checks the settings, and names the database.
step python -m sco_cities.ops.start
step python manage.py compilemessages
step python manage.py migrate --verbosity 0
# The data is loaded only once, because later starts must not overwrite curators' corrections.
step python manage.py load_package --if-empty data/summit-cities
step python manage.py collectstatic --noinput --verbosity 0
step python manage.py ensure_curator
trap - INT TERM
echo "Curators log in at /admin/."

# A worker process runs background jobs, such as large imports, as long as the server runs. It is restarted if it fails,
# but not more often than every ten seconds, and stopped when the server has ended for any reason.
server=$$
# Like the web processes, the worker keeps using the database of this start.
served=$(python -c 'from sco_cities.ops import start; print(start.database_description())')
(
    trap '' INT
    export SERVED_DATABASE="$served"
    worker=
    pause=0
    while kill -0 "$server" 2>/dev/null; do
        pause=$((pause - 1))
        if [ "$pause" -lt 0 ] && { [ -z "$worker" ] || ! kill -0 "$worker" 2>/dev/null; }; then
            python manage.py db_worker --verbosity 0 &
            worker=$!
            pause=10
        fi
        sleep 1
    done
    kill "$worker" 2>/dev/null || true
) &

# The server reads gunicorn.conf.py. With exec, Ctrl-C and make's signals reach it directly.
exec gunicorn sco_cities.wsgi
