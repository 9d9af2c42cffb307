# Static checks and system checks: called by `make check`.
set -eu

step() {
    echo "== $*"
    "$@"
}

export SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')"
# The result must not depend on the user's database, nor touch it.
export DATABASE_URL=sqlite://:memory: DEBUG=0 HTTPS=0 ENV_FILE= TRUSTED_PROXIES=
unset DATABASE_REPLICA_URL EMAIL_URL HSTS INTAKE_LLM_KEY INTAKE_LLM_MODEL INTAKE_LLM_URL LOG_FORMAT METRICS_BIND REPLICA_MAX_LAG_S SECOND_FACTOR

step ruff check .
step ruff format --check .
step lint-imports --no-cache --no-logo
step python manage.py compilemessages
step python manage.py makemessages --check
step python manage.py makemigrations --check --dry-run
step python manage.py check --fail-level WARNING
export HTTPS=1 ALLOWED_HOSTS=example.org TRUSTED_PROXIES=127.0.0.1
step python manage.py check --deploy --fail-level WARNING
