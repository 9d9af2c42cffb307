# Prepares the database of compose.yaml. The container `migrate` runs this script at each start.
set -eu

python manage.py migrate
# The data is loaded only into an empty database, because later starts must not overwrite curators' corrections.
python manage.py load_package --if-empty data/summit-cities
python manage.py ensure_curator
