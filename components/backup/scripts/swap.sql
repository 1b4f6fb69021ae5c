-- Both or none. A session in either database refuses it.
\set ON_ERROR_STOP on
\getenv own OWN
\getenv old OLD
\getenv new NEW
BEGIN;
ALTER DATABASE :"own" RENAME TO :"old";
ALTER DATABASE :"new" RENAME TO :"own";
COMMIT;
