#!/bin/sh
# For compose only: sets the passwords of the roles that roles.sql has made.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
  -v migrator="$MIGRATOR_PASSWORD" -v api="$API_PASSWORD" -v worker="$WORKER_PASSWORD" <<'SQL'
ALTER ROLE rowledger_migrator PASSWORD :'migrator';
ALTER ROLE rowledger_api PASSWORD :'api';
ALTER ROLE rowledger_worker PASSWORD :'worker';
SQL
