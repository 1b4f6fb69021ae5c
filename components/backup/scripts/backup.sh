# One point: the database, then the files, last the manifest that names both. Where there is no manifest there is no point, so a
# run that breaks off leaves none. Database first: a file may be newer than its row, never a row newer than its file.
set -eu
. "$(dirname "$0")/common.sh"

# restic takes no folder without content: a folder with an empty one in it stands for it.
empty() {
  MEDIA=$WORK/empty
  mkdir -p "$MEDIA/.empty"
}

# A file that was deleted while it was read is the app's everyday life; one that can't be read is no backup.
files() {
  status=0
  any=$(find "$MEDIA" -mindepth 1 -maxdepth 1 ! -name '.before_*' ! -name '.restore_*' -print -quit) || fail "files can't be read: see above"
  [ -n "$any" ] || empty
  (cd "$MEDIA" && part media --exclude="$MEDIA/.before_*" --exclude="$MEDIA/.restore_*" . >"$WORK/media" 2>"$WORK/media-errors") || status=$?
  grep '"message_type":"error"' "$WORK/media-errors" >"$WORK/unread" || true
  vanished=$(grep -c 'no such file or directory' "$WORK/unread" || true)
  [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || cat "$WORK/media-errors" >&2
  case $status in
    0) ;;
    3)
      grep -v 'no such file or directory' "$WORK/unread" >&2 && fail "files can't be read: see above"
      say "$vanished files were deleted while they were read"
      ;;
    *) fail "$(why "$status")" ;;
  esac
  echo "$vanished" >"$WORK/vanished"
}

POINT=$(date -u +%Y%m%dT%H%M%SZ)-$(head -c 3 /dev/urandom | od -An -tx1 | tr -d ' \n')
TIME=$(date -u '+%Y-%m-%d %H:%M:%S')
export POINT TIME

say "point $POINT of $APP: the database"
begin
restic unlock --quiet || fail "locks of killed runs can't be removed: the S3 key needs delete below locks/"
sql database.sql || fail "the database doesn't answer, or its rows can't be counted: see above"
[ -s "$WORK/database" ] || fail "the dump broke off: see above"

if [ -n "${MEDIA:-}" ]; then
  say "point $POINT of $APP: the files"
  files
fi

say "point $POINT of $APP: the manifest"
sql manifest.sql >"$WORK/manifest.json" || fail "the database doesn't answer any more, so there is no manifest"
part manifest --stdin --stdin-filename manifest.json <"$WORK/manifest.json" >"$WORK/manifest" || fail "$(why $?)"

restic snapshots --json --tag "point=$POINT" >"$WORK/there" || fail "$(why $?)"
there=$(grep -o '"part=[a-z]*"' "$WORK/there" | wc -l)
wanted=$((${MEDIA:+1}+2))
[ "$there" -eq "$wanted" ] || fail "$there of $wanted parts can be read back"
cat "$WORK/manifest.json"
say "point $POINT of $APP: complete"
