-- What the manifest says: rows as in tables.sql, and the number of files, empty where the point has none.
\set ON_ERROR_STOP on
\getenv work WORK
\set manifest `cat "$WORK/manifest.json"`
\set file :work '/wanted-rows'
\o :file
SELECT row FROM jsonb_array_elements(:'manifest'::jsonb -> 'database' -> 'tables') AS row;
\o
\set file :work '/wanted-files'
\o :file
SELECT files FROM (SELECT :'manifest'::jsonb -> 'media' ->> 'files' AS files) AS media WHERE files IS NOT NULL;
\o
