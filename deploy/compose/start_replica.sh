# Starts the replica of compose.yaml. The first start copies the database. Afterwards, the replica follows the primary.
set -eu

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown postgres:postgres "$PGDATA"
    chmod 700 "$PGDATA"
    # The user postgres cannot read the secret. The image contains gosu.
    PGPASSWORD=$(cat /run/secrets/db_password)
    export PGPASSWORD
    exec gosu postgres bash "$0"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # pg_basebackup writes the primary's connection settings, including the password, into the replica's settings.
    pg_basebackup --host=db --username=cities --pgdata="$PGDATA" --checkpoint=fast --write-recovery-conf
fi
unset PGPASSWORD
exec postgres -c hba_file=/etc/postgresql/pg_hba.conf
