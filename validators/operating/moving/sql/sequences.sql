-- Where every sequence is: they aren't part of a snapshot.
SET search_path = pg_catalog;
SELECT format('SELECT json_build_array(''sequence'', %L::text, CASE WHEN is_called THEN last_value ELSE last_value - 1 END) FROM %I.%I',
  nspname || '.' || relname, nspname, relname)
FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE relkind = 'S' AND relpersistence <> 't' AND nspname !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = t.oid AND deptype = 'e')
ORDER BY nspname, relname \gexec
