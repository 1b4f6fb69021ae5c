# Put a point in the place of what is there, which is moved aside and not deleted. Until the last step nothing is changed, and a
# run that is refused or breaks off takes away what it made. POINT is the point's name, as its manifest has it.
set -eu
. "$(dirname "$0")/common.sh"

STAMP=$(date -u +%Y%m%d%H%M%S)
NEW=restore_$STAMP
OLD=before_$STAMP
export NEW OLD

undo() {
  psql --no-psqlrc -w --quiet --dbname=postgres --command="DROP DATABASE IF EXISTS $NEW" || true
  [ -z "${MEDIA:-}" ] || rm -rf "$MEDIA/.$NEW"
  rm -rf "$WORK"
}

database() {
  [ -z "${MEDIA:-}" ] || rm -rf "$MEDIA"/.restore_*
  sql create.sql || fail "the database refuses: see above"
  (restic dump "$(of_point database)" latest /database.dump || touch "$WORK/broken") |
    pg_restore -w --dbname="$NEW" --no-owner --exit-on-error || fail "the dump can't be restored: see above"
  [ ! -e "$WORK/broken" ] || fail "the dump can't be read to its end: see above"
  PGDATABASE=$NEW sql tables.sql | LC_ALL=C sort >"$WORK/rows"
  diff "$WORK/wanted-rows" "$WORK/rows" >&2 || fail "the rows aren't those of the manifest (<)"
}

files() {
  mkdir "$MEDIA/.$NEW"
  restic restore --quiet "$(of_point media)" latest --target="$MEDIA/.$NEW" || fail "the files can't be restored: see above"
  there=$(find "$MEDIA/.$NEW" -type f -printf . | wc -c)
  [ "$there" -eq "$(cat "$WORK/wanted-files")" ] ||
    fail "there are $there files, and the manifest has $(cat "$WORK/wanted-files")"
}

# move FROM TO: all that lies in a folder, but not what restores moved aside.
move() {
  for path in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    case ${path##*/} in .before_* | .restore_*) continue ;; esac
    [ ! -e "$path" ] && [ ! -L "$path" ] || mv "$path" "$2/"
  done
}

: "${POINT:?write which point: POINT=20261129T015504Z-3f9a1c}"
begin
trap undo EXIT
say "point $POINT of $APP: looked for"
restic dump "$(of_point manifest)" latest /manifest.json >"$WORK/manifest.json" || fail "there is no point $POINT"
sql wanted.sql || fail "the manifest can't be read: see above"
LC_ALL=C sort -o "$WORK/wanted-rows" "$WORK/wanted-rows"

say "point $POINT of $APP: the database, beside the one that is there"
database
if [ -n "${MEDIA:-}" ] && [ -s "$WORK/wanted-files" ]; then
  say "point $POINT of $APP: the files, beside those that are there"
  files
fi

say "point $POINT of $APP: in its place"
OWN=$PGDATABASE PGDATABASE=postgres sql swap.sql || fail "the database is in use: nothing is changed"
trap 'rm -rf "$WORK"' EXIT
if [ -d "${MEDIA:-/nowhere}/.$NEW" ]; then
  mkdir "$MEDIA/.$OLD"
  move "$MEDIA" "$MEDIA/.$OLD"
  move "$MEDIA/.$NEW" "$MEDIA"
  rmdir "$MEDIA/.$NEW"
fi
say "point $POINT of $APP: restored; what was there is database $OLD${MEDIA:+ and folder .$OLD of the files}"
