-- Makes the three tables of records partitioned by organisation: 16 parts each. For installations that
-- have outgrown one table; docs/scaling.md says when. Stop all workers first (or pause every job): rows
-- cannot be imported while the tables are written anew. Reads go on, but for the moment of the swap.
--
-- As the owner of the tables, together with what gives the roles their rights, in one transaction:
--
--   psql -d rowledger -1 -v ON_ERROR_STOP=1 -f deploy/postgresql/partition-records.sql \
--     -f core/src/main/resources/db/migration/afterMigrate.sql
--
-- Needs room for the tables and their indexes once more. The old tables stay as <name>_whole until you
-- drop them. Run again, it does nothing.
--
-- A unique key of a partitioned table has to contain what it is partitioned by. The keys that prove that
-- a row landed once, (job_id, file_number, row_number), get organization_id in front: a job belongs to
-- one organisation, so they still prove it.
SET LOCAL lock_timeout = '10s';

DO $$
DECLARE
    parts CONSTANT integer := 16;
    tbl text;
    line record;
    cols text;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['entities', 'transactions', 'user_events'] LOOP
        CONTINUE WHEN (SELECT relkind FROM pg_class WHERE oid = tbl::regclass) = 'p';
        -- Readers pass, writers wait.
        EXECUTE format('LOCK TABLE %I IN SHARE MODE', tbl);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS INCLUDING STORAGE)'
            ' PARTITION BY HASH (organization_id)', tbl || '_new', tbl);
        FOR i IN 0 .. parts - 1 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS %s, REMAINDER %s)',
                tbl || '_' || lpad(i::text, 2, '0'), tbl || '_new', parts, i);
        END LOOP;
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', tbl || '_new', tbl);

        -- The same indexes under the same names, built when the rows are there.
        FOR line IN
            SELECT c.relname AS name, i.indisunique AS is_unique, con.contype,
                   (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true), ', ' ORDER BY k)
                      FROM generate_series(1, i.indnkeyatts) AS k) AS keys,
                   pg_get_expr(i.indpred, i.indrelid) AS condition
              FROM pg_index i
              JOIN pg_class c ON c.oid = i.indexrelid
              LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u')
             WHERE i.indrelid = tbl::regclass
        LOOP
            EXECUTE format('ALTER INDEX %I RENAME TO %I', line.name, line.name || '_whole');
            cols := line.keys;
            IF line.is_unique AND NOT 'organization_id' = ANY (string_to_array(cols, ', ')) THEN
                cols := 'organization_id, ' || cols;
            END IF;
            IF line.contype IS NOT NULL THEN
                EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s (%s)', tbl || '_new', line.name,
                    CASE line.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, cols);
            ELSE
                EXECUTE format('CREATE %s INDEX %I ON %I (%s)%s', CASE WHEN line.is_unique THEN 'UNIQUE' ELSE '' END,
                    line.name, tbl || '_new', cols, coalesce(' WHERE ' || line.condition, ''));
            END IF;
        END LOOP;
        EXECUTE format('ANALYZE %I', tbl || '_new');

        EXECUTE format('ALTER TABLE %I RENAME TO %I', tbl, tbl || '_whole');
        EXECUTE format('ALTER TABLE %I RENAME TO %I', tbl || '_new', tbl);
    END LOOP;
END $$;
