-- The rows of one table that the manifest has, nothing where it has no such table.
\set ON_ERROR_STOP on
\getenv work WORK
\getenv schema TABLE_SCHEMA
\getenv table TABLE
\set manifest `cat "$WORK/manifest.json"`
\set file :work '/wanted-count'
\o :file
SELECT row ->> 2 FROM jsonb_array_elements(:'manifest'::jsonb -> 'database' -> 'tables') AS row
WHERE row ->> 0 = :'schema' AND row ->> 1 = :'table';
\o
