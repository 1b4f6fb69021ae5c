-- A moment of the database that pg_dump and what counts its rows share, for as long as this session is there.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT json_build_array('snapshot', pg_export_snapshot());
