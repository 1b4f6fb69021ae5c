-- The rows that came.
\set ON_ERROR_STOP on
\getenv table TABLE
\getenv new NEW
SELECT pg_catalog.count(*) FROM :"new".:"table";
