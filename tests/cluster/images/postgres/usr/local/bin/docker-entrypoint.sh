#!/bin/bash
# The official postgres image's contract, as far as Kubernetes uses it: POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB (each
# also as NAME_FILE), POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, PGDATA, /docker-entrypoint-initdb.d, any uid.
set -euo pipefail

from_file() { # from_file NAME DEFAULT: sets NAME from itself, from the file NAME_FILE names, or to the default
  local file="${1}_FILE"
  if [ -n "${!1:-}" ] && [ -n "${!file:-}" ]; then
    echo "error: both $1 and $file are set" >&2
    exit 1
  fi
  if [ -n "${!file:-}" ]; then export "$1=$(<"${!file}")"; else export "$1=${!1:-$2}"; fi
}

any_uid() { # initdb wants the user's name: without a passwd entry, libnss_wrapper provides one
  if ! getent passwd "$(id -u)" >/dev/null; then
    local folder
    folder=$(mktemp -d)
    echo "postgres:x:$(id -u):$(id -g):PostgreSQL:$PGDATA:/bin/false" >"$folder/passwd"
    echo "postgres:x:$(id -g):" >"$folder/group"
    export LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD=$folder/passwd NSS_WRAPPER_GROUP=$folder/group
  fi
}

initialize() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    echo "Error: Database is uninitialized and superuser password is not specified: set POSTGRES_PASSWORD" >&2
    exit 1
  fi
  eval "initdb --username=\"\$POSTGRES_USER\" --pwfile=<(printf '%s\n' \"\$POSTGRES_PASSWORD\") ${POSTGRES_INITDB_ARGS:-}"
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
  PGUSER=$POSTGRES_USER pg_ctl --pgdata="$PGDATA" --options="-c listen_addresses='' -p 5432" --wait start
  local psql=(psql --variable=ON_ERROR_STOP=1 --no-password --no-psqlrc --username="$POSTGRES_USER")
  if [ "$POSTGRES_DB" != postgres ]; then
    "${psql[@]}" --dbname=postgres --set=db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) bash "$file" ;;
      *.sql) "${psql[@]}" --dbname="$POSTGRES_DB" --file="$file" ;;
    esac
  done
  pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
}

if [ "${1:-}" = postgres ]; then
  from_file POSTGRES_PASSWORD ''
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA" 2>/dev/null || true
  if [ "$(id -u)" = 0 ]; then
    chown -R postgres "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  any_uid
  if [ ! -s "$PGDATA/PG_VERSION" ]; then # made by someone else, or half-made: initdb says so itself
    initialize
  fi
  set -- "$@" -c listen_addresses='*'
  unset LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
fi
exec "$@"
