-- An empty table beside the app's own, with its columns, in a schema of its own; its name is printed.
\set ON_ERROR_STOP on
\getenv schema TABLE_SCHEMA
\getenv table TABLE
\getenv new NEW
CREATE SCHEMA :"new";
CREATE TABLE :"new".:"table" (LIKE :"schema".:"table");
SELECT pg_catalog.format('%I.%I', :'new', :'table');
