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

python manage.py migrate --verbosity 0
# Only once: what curators have corrected since is not undone at the next start.
python manage.py load_package --if-empty data/summit-cities
python manage.py collectstatic --noinput --verbosity 0
python manage.py ensure_curator
echo "Curators sign in under /admin/ as curator, with the password that the first run has shown."

# Reads gunicorn.conf.py. exec: Ctrl-C and make's signals reach the server itself.
exec gunicorn sco_cities.wsgi
