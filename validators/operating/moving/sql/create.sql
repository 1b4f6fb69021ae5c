-- An empty database beside the app's own, with its encoding and collation. Run in another database than both.
\set ON_ERROR_STOP on
SET search_path = pg_catalog;
SELECT NOT (rolsuper OR rolcreatedb) AS closed FROM pg_roles WHERE rolname = current_user \gset
\if :closed
  \warn 'the app''s role may make no database: ALTER ROLE ... CREATEDB, as the database''s superuser, until this is done'
  DO 'BEGIN RAISE ''no right''; END';
\endif
-- What a run left that was killed.
SELECT format('DROP DATABASE %I', datname) FROM pg_database
WHERE datname ~ '^import_[0-9]{14}$' AND pg_get_userbyid(datdba) = current_user \gexec
SELECT format('ALTER DATABASE %I ALLOW_CONNECTIONS true', datname) FROM pg_database WHERE datname = :'own' AND NOT datallowconn \gexec
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', :'new',
  pg_encoding_to_char(encoding), datcollate, datctype)
  || CASE WHEN to_jsonb(d) ->> 'datlocprovider' = 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')) ELSE '' END
FROM pg_database AS d WHERE datname = :'own' \gexec
