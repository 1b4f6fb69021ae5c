-- What a database is, a line each: JSON arrays whose first word says what follows. For PostgreSQL 10 and newer.
SET search_path = pg_catalog;
SELECT json_build_array('database', json_build_object(
  'version', current_setting('server_version_num')::int / 10000,
  'encoding', pg_encoding_to_char(encoding),
  'collation', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', datcollate),
  'bytes', pg_database_size(oid),
  'volume', (SELECT sum(pg_database_size(oid)) FROM pg_database WHERE has_database_privilege(oid, 'CONNECT'))))
FROM pg_database AS d WHERE datname = current_database();
SELECT json_build_array('extension', extname) FROM pg_extension ORDER BY extname;
SELECT json_build_array('available', name) FROM pg_available_extensions ORDER BY name;
SELECT json_build_array('setting', coalesce(rolname || ': ', '') || unnest(setconfig))
FROM pg_db_role_setting LEFT JOIN pg_roles ON pg_roles.oid = setrole
WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database());
