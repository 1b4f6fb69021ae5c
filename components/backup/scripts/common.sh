# What the scripts share. Set from outside: APP, what restic and libpq read, and MEDIA where there are files.
SCRIPTS=$(dirname "$0")
export SCRIPTS

say() {
  echo "$(date -u +%H:%M:%S) $*" >&2
}

fail() {
  say "failed: $*"
  exit 1
}

# What an exit status of restic means: https://restic.readthedocs.io/en/stable/075_scripting.html
why() {
  case $1 in
    10) echo "there is no repository in the bucket: docs/backup.md says how to make it" ;;
    11) echo "the repository is locked: the platform's retention is at work, or was killed" ;;
    12) echo "the restic password in Secret backup is wrong: seal that of this repository" ;;
    124) echo "S3 doesn't answer: is its address among s3.addresses in overlays/cluster/facts.yaml?" ;;
    *) echo "restic ended with status $1: see above" ;;
  esac
}

# A folder for what the parts say of themselves, and an answer of S3; restic itself would ask for a quarter of an hour.
begin() {
  WORK=$(mktemp -d)
  export WORK
  trap 'rm -rf "$WORK"' EXIT
  trap 'exit 143' INT TERM # else a shell ends without its EXIT, and as process 1 not at all
  status=0
  timeout "${PATIENCE:-60}" restic cat config >"$WORK/config" 2>"$WORK/config-errors" || status=$?
  [ "$status" -eq 0 ] && return
  cat "$WORK/config-errors" >&2
  grep -qE 'Access ?Denied|SignatureDoesNotMatch|InvalidAccessKeyId' "$WORK/config-errors" &&
    fail "S3 refuses the key in Secret backup: is it that of bucket ${RESTIC_REPOSITORY##*/}?"
  fail "$(why "$status")"
}

# sql FILE: run it; psql's own messages name the line.
sql() {
  psql --no-psqlrc -w --quiet --tuples-only --no-align --file="$SCRIPTS/$1"
}

# of_point PART: options of restic for one part of the point.
of_point() {
  echo "--tag=point=$POINT,part=$1"
}

# part NAME RESTIC'S ARGUMENTS...: one part of a point. All have its tag and time, so that retention takes them for one.
part() {
  name=$1
  shift
  restic backup --json --quiet --retry-lock=10m --host="$APP" --time="$TIME" --tag="point=$POINT" --tag="part=$name" "$@"
}
