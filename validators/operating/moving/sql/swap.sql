-- The new database takes the place of the app's own, which is kept under another name: both or none. Sessions of the app are ended;
-- Django opens new ones.
\set ON_ERROR_STOP on
ALTER DATABASE :"own" ALLOW_CONNECTIONS false;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :'own' AND usename = current_user \g /dev/null
BEGIN;
ALTER DATABASE :"own" RENAME TO :"old";
ALTER DATABASE :"new" RENAME TO :"own";
COMMIT;
ALTER DATABASE :"old" ALLOW_CONNECTIONS true;
