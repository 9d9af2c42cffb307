# Prepares a release for the services, as root. Run it once for each checkout, before /opt/sco-cities links to it. The
# site may be running (see docs/operators/one-office.md).
set -eu

cd "$(dirname "$0")/../.."
# Lowers the priority of this script, so that it does not slow down the running site.
renice -n 10 -p $$ >/dev/null
settings=/etc/sco-cities/env
user=sco-cities

as_site() {
    runuser -u "$user" -- env ENV_FILE="$settings" .venv/bin/python manage.py "$@"
}

# The code and its packages belong to root, so the site cannot change itself.
test -x .venv/bin/python || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    --requirement requirements/run.txt --requirement requirements/pdf.txt
ENV_FILE="$settings" DATABASE_URL=sqlite://:memory: .venv/bin/python manage.py compilemessages
.venv/bin/python -m compileall -q manage.py sco_cities delegates initiatives

install -d -o "$user" -g "$user" -m 700 var /var/lib/sco-cities /var/backups/sco-cities
as_site migrate
# The data is loaded only into an empty database, because later releases must not overwrite curators' corrections.
as_site load_package --if-empty data/summit-cities
as_site collectstatic --noinput --verbosity 0
as_site ensure_curator
