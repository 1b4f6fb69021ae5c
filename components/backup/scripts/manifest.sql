-- The manifest: PostgreSQL is what makes JSON here, the database's image has no other program for it.
\set ON_ERROR_STOP on
\getenv app APP
\getenv point POINT
\getenv time TIME
\set database `tail -n 1 "$WORK/database"`
\set media `tail -n 1 "$WORK/media" 2>/dev/null || echo null`
\set vanished `cat "$WORK/vanished" 2>/dev/null || echo 0`
\set tables `paste -s -d , "$WORK/tables"`
\set facts `cat "$WORK/facts"`
\set migrations `grep . "$WORK/migrations" || echo null`
SELECT pg_catalog.jsonb_pretty(pg_catalog.jsonb_build_object(
  'format', 1,
  'app', :'app',
  'point', :'point',
  'time', :'time' || ' UTC',
  'database', :'facts'::jsonb || pg_catalog.jsonb_build_object(
    'snapshot', :'database'::jsonb -> 'snapshot_id',
    'bytes', :'database'::jsonb -> 'total_bytes_processed',
    'migrations', :'migrations'::jsonb,
    'tables', ('[' || :'tables' || ']')::jsonb),
  'media', CASE WHEN :'media' <> 'null' THEN pg_catalog.jsonb_build_object(
    'snapshot', :'media'::jsonb -> 'snapshot_id',
    'files', :'media'::jsonb -> 'total_files_processed',
    'bytes', :'media'::jsonb -> 'total_bytes_processed',
    'vanished', :'vanished'::int) END));
