# Runs all cases on both engines, then prints their combined branch coverage. Called by `make test-full` with pytest's
# arguments.
set -u

rm -rf var/coverage
mkdir -p var/coverage
FULL_EXAMPLES=${EXAMPLES:-1000} PYTEST="coverage run -m pytest" bash scripts/test.sh "$@"
status=$?
coverage combine --quiet
coverage report
exit $status
