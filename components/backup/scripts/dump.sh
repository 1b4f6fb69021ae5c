# The database's part, called by database.sql. Never `pg_dump | restic`, which makes a whole snapshot of a dump that was killed.
# Not compressed, or a row that changes would change all that follows; restic compresses.
set -eu
. "$(dirname "$0")/common.sh"
part database --stdin-filename database.dump --stdin-from-command -- \
  pg_dump -w --format=custom --compress=0 --snapshot="$DUMP_SNAPSHOT" >"$WORK/database.new"
mv "$WORK/database.new" "$WORK/database"
