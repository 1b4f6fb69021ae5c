-- The rows of every table that a dump holds, and its large objects.
SET row_security = off;
SET search_path = pg_catalog;
SELECT format('SELECT json_build_array(''table'', %L::text, count(*)) FROM ONLY %I.%I', nspname || '.' || relname, nspname, relname)
FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname <> 'information_schema' AND nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = t.oid AND deptype = 'e')
ORDER BY nspname, relname \gexec
SELECT json_build_array('large objects', count(*)) FROM pg_largeobject_metadata;
