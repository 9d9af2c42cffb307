# Serves the site with the shipped data as in production: called by `make run`, with the virtual environment on PATH.
set -eu

# The database and the key are private.
mkdir -p -m 700 var
if [ -z "${SECRET_KEY:-}" ]; then
    # Created once, so that sessions survive a restart.
    if [ ! -s var/secret_key ]; then
        (umask 077 && python -c 'import secrets; print(secrets.token_urlsafe(64))' > var/secret_key)
    fi
    SECRET_KEY=$(cat var/secret_key)
fi
export SECRET_KEY DEBUG=0

python manage.py compilemessages
python manage.py migrate --verbosity 0
# Only once: later starts must not overwrite the corrections of curators.
python manage.py load_package --if-empty data/summit-cities
python manage.py collectstatic --noinput --verbosity 0
python manage.py ensure_curator
echo "Curators log in at /admin/ as curator, with the password shown at the first start."

# A worker process runs background jobs, such as large imports, as long as the server runs. It is restarted if it fails,
# and stopped when the server has ended for any reason.
server=$$
(
    trap '' INT
    worker=
    while kill -0 "$server" 2>/dev/null; do
        if [ -z "$worker" ] || ! kill -0 "$worker" 2>/dev/null; then
            python manage.py db_worker --verbosity 0 &
            worker=$!
        fi
        sleep 1
    done
    kill "$worker" 2>/dev/null || true
) &

# Reads gunicorn.conf.py. exec: Ctrl-C and make's signals reach the server itself.
exec gunicorn sco_cities.wsgi
