-- An empty database beside the app's own, with its encoding and collation. Refused while anybody uses the app's.
\set ON_ERROR_STOP on
SET search_path = pg_catalog;
SELECT count(*) AS others, count(*) > 0 AS used FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' \gset
\if :used
  \warn :others 'sessions use the database: put the app into maintenance, and stop its workers and jobs first'
  DO 'BEGIN RAISE ''in use''; END';
\endif
SELECT NOT (rolsuper OR rolcreatedb) AS closed FROM pg_roles WHERE rolname = current_user \gset
\if :closed
  \warn 'the app''s role may make no database: ALTER ROLE ... CREATEDB, as the database''s superuser, until this is done'
\endif
-- What a restore left whose pod was killed.
SELECT format('DROP DATABASE %I', datname) FROM pg_database
WHERE datname ~ '^restore_[0-9]{14}$' AND pg_get_userbyid(datdba) = current_user \gexec
\getenv new NEW
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
  :'new', pg_encoding_to_char(encoding), datcollate, datctype)
FROM pg_database WHERE datname = current_database() \gexec
