# One table, beside the one that is there, or one folder of the files, in its place: POINT, and TABLE_SCHEMA and TABLE, or FOLDER.
# The app may go on running. A run that is refused or breaks off takes away what it made.
set -eu
. "$(dirname "$0")/common.sh"

STAMP=$(date -u +%Y%m%d%H%M%S)
NEW=restored_$STAMP
export NEW

undo() {
  [ -z "${TABLE:-}" ] || psql --no-psqlrc -w --quiet --command="DROP SCHEMA IF EXISTS $NEW CASCADE" 2>"$WORK/undone" || true
  [ -z "${MEDIA:-}" ] || rm -rf "$MEDIA/.restore_$STAMP"
  rm -rf "$WORK"
}

# Rows go from the dump to COPY and nowhere else: what the dump says is the customer's, and none of it is run.
rows() {
  while IFS= read -r line; do
    case $line in COPY\ *) break ;; esac
  done
  columns=${line#*" ("}
  sed '/^\\\.$/,$d' | psql --no-psqlrc -w --quiet --command="COPY $(cat "$WORK/table") (${columns%") FROM stdin;"}) FROM STDIN"
}

table() {
  sql table.sql >"$WORK/table" || fail "there is no such table to take the columns from: see above"
  # The rest of the dump is read to its end, or restic would say that nobody reads it.
  (restic dump "$(of_point database)" latest /database.dump || touch "$WORK/broken") | {
    pg_restore --data-only --schema="$TABLE_SCHEMA" --table="$TABLE" --file=- || touch "$WORK/broken"
    cat >/dev/null
  } | rows || fail "the rows don't fit into the table as it is now: see above"
  [ ! -e "$WORK/broken" ] || fail "the dump can't be read to its end: see above"
  sql counted.sql >"$WORK/counted" || fail "the rows can't be counted: see above"
  there=$(cat "$WORK/counted")
  wanted=$(cat "$WORK/wanted-count")
  [ "$there" -eq "$wanted" ] || fail "there are $there rows, and the manifest has $wanted"
  say "point $POINT of $APP: $there rows are in $(cat "$WORK/table"); take what you need by INSERT ... SELECT, then DROP SCHEMA $NEW CASCADE"
}

folder() {
  [ -n "${MEDIA:-}" ] || fail "the app has no files"
  restic restore --quiet --verify "$(of_point media)" "latest:/$FOLDER" --target="$MEDIA/.restore_$STAMP/$FOLDER" ||
    fail "the folder isn't in the point, or can't be restored: see above"
  mkdir -p "$MEDIA/.before_$STAMP/$(dirname "$FOLDER")" "$MEDIA/$(dirname "$FOLDER")"
  [ ! -e "$MEDIA/$FOLDER" ] || mv "$MEDIA/$FOLDER" "$MEDIA/.before_$STAMP/$FOLDER"
  mv "$MEDIA/.restore_$STAMP/$FOLDER" "$MEDIA/$FOLDER"
  rm -rf "$MEDIA/.restore_$STAMP"
  say "point $POINT of $APP: $FOLDER is restored; what was there is in .before_$STAMP of the files"
}

: "${POINT:?write which point: POINT=20261129T015504Z-3f9a1c}"
begin
trap undo EXIT
say "point $POINT of $APP: looked for"
restic dump "$(of_point manifest)" latest /manifest.json >"$WORK/manifest.json" || fail "there is no point $POINT"
if [ -n "${TABLE:-}" ]; then
  sql wanted-count.sql || fail "the manifest can't be read: see above"
  [ -s "$WORK/wanted-count" ] || fail "the point has no table $TABLE in schema $TABLE_SCHEMA: tables stand in its manifest, rows of partitions by partition"
  table
else
  folder
fi
trap 'rm -rf "$WORK"' EXIT
