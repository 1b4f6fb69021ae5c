-- Dump, and count in the snapshot that is dumped. What the server says is the customer's: none of it is run as a command.
\set ON_ERROR_STOP on
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
SELECT pg_catalog.pg_export_snapshot() AS snapshot \gset
\setenv DUMP_SNAPSHOT :snapshot
\! sh "$SCRIPTS/dump.sh"
\set dumped `test -s "$WORK/database" && echo 1 || echo 0`
\if :dumped
\else
\quit
\endif

\getenv work WORK
\set file :work '/tables'
\o :file
\ir tables.sql

\set file :work '/facts'
\o :file
SELECT pg_catalog.json_build_object(
  'server', pg_catalog.current_setting('server_version'),
  'encoding', pg_catalog.pg_encoding_to_char(encoding),
  'collation', datcollate,
  'extensions', (SELECT pg_catalog.json_object_agg(extname, extversion ORDER BY extname) FROM pg_catalog.pg_extension))
FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database();

\set file :work '/migrations'
\o :file
SELECT pg_catalog.format(
  'SELECT pg_catalog.json_object_agg(app, name ORDER BY app) '
  'FROM (SELECT app, pg_catalog.max(name) AS name FROM %I.django_migrations GROUP BY app) AS last', nspname)
FROM pg_catalog.pg_class AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE relkind = 'r' AND relname = 'django_migrations' AND nspname !~ '^pg_'
ORDER BY nspname <> 'public', nspname LIMIT 1 \gexec
COMMIT;
