# Static checks and system checks, called by `make check`.
set -eu

step() {
    echo "== $*"
    "$@"
}

# The checks must neither depend on the user's settings and database nor change them.
names=$(python -c 'from sco_cities.ops.environment import NAMES; print(*NAMES)')
unset $names
export SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')"
export DATABASE_URL=sqlite://:memory: ENV_FILE=

step ruff check .
step ruff format --check .
step lint-imports --no-cache --no-logo
step python manage.py compilemessages
step sh scripts/install_missing.sh gettext
step sh scripts/check_messages.sh
step python manage.py makemigrations --check --dry-run
step python manage.py check --fail-level WARNING
export HTTPS=1 ALLOWED_HOSTS=example.org TRUSTED_PROXIES=127.0.0.1
export PUBLISHER_NAME=Office PUBLISHER_CONTACT=office@example.org
step python manage.py check --deploy --fail-level WARNING
