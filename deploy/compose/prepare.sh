# Prepares the database of compose.yaml, in the container `migrate`, at each start.
set -eu

python manage.py migrate
# Only into an empty database: later starts must not overwrite the corrections of curators.
python manage.py load_package --if-empty data/summit-cities
python manage.py ensure_curator
