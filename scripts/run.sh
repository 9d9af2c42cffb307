# Serves the loaded dashboard as in production: called by `make run`, with the virtual environment on PATH.
set -eu

# The database and the key are nobody else's business.
mkdir -p -m 700 var
if [ -z "${SECRET_KEY:-}" ]; then
    # Made once, so that sessions outlive a restart.
    if [ ! -s var/secret_key ]; then
        (umask 077 && python -c 'import secrets; print(secrets.token_urlsafe(64))' > var/secret_key)
    fi
    SECRET_KEY=$(cat var/secret_key)
fi
export SECRET_KEY DEBUG=0

python manage.py compilemessages
python manage.py migrate --verbosity 0
# Only once: what curators have corrected since is not undone at the next start.
python manage.py load_package --if-empty data/summit-cities
python manage.py collectstatic --noinput --verbosity 0
python manage.py ensure_curator
echo "Curators sign in under /admin/ as curator, with the password that the first run has shown."

# Large imports are done beside the server, by a worker that is there for as long as the server is: it is started
# anew if it fails, and told to stop when the server has gone, however that went.
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
