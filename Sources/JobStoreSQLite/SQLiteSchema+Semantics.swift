extension SQLiteSchema {
    /// Step 2: retries, dependencies, sameness, limits, changes, retention.
    ///
    /// What a plain job does not have is NULL, or 0 or 1: SQLite stores neither beyond one byte.
    static let semantics = """
        ALTER TABLE job ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;    -- attempts that count against its retries
        ALTER TABLE job ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;  -- attempts in a row whose end was not seen
        ALTER TABLE job ADD COLUMN open INTEGER NOT NULL DEFAULT 0;     -- its dependencies that have not ended
        ALTER TABLE job ADD COLUMN lacks TEXT;                          -- ready: Resource.text
        ALTER TABLE job ADD COLUMN stopping INTEGER;                    -- running: 1 if it is to be stopped for good
        ALTER TABLE job ADD COLUMN not_before INTEGER;                  -- blocked and held: ns since 1970
        ALTER TABLE job ADD COLUMN expiry INTEGER;                      -- ns since 1970, before its first start
        CREATE INDEX job_expiry ON job (expiry, id) WHERE expiry IS NOT NULL;
        -- Each index is opened for each job that is written: one serves jobs that lack nothing and those that do, and
        -- one those that are due, that run and that ended.
        DROP INDEX job_ready;
        DROP INDEX job_due;
        DROP INDEX job_running;
        CREATE INDEX job_ready ON job (lacks, queue, priority DESC, since, id) WHERE state = 1;
        CREATE INDEX job_state ON job (state, since, id) WHERE state <> 1;

        ALTER TABLE spec ADD COLUMN options BLOB;                       -- SQLiteSpecOptions; NULL: a plain job
        ALTER TABLE spec ADD COLUMN first_state INTEGER;                -- SQLiteStateCode; NULL: ready
        ALTER TABLE spec ADD COLUMN edited INTEGER;                     -- 1: not what was submitted
        ALTER TABLE spec ADD COLUMN token TEXT;                         -- finds its row of `token`
        UPDATE spec SET first_state = 0 WHERE delay > 0;
        UPDATE spec SET token = token.token FROM token WHERE token.job = spec.job;

        -- The state of the job after the attempt: SQLiteStateCode.
        ALTER TABLE attempt ADD COLUMN next INTEGER;
        UPDATE attempt SET next = job.state FROM job
        WHERE job.id = attempt.job AND attempt.ended IS NOT NULL;

        CREATE TABLE dependency (
            job INTEGER NOT NULL,
            other INTEGER NOT NULL,        -- the job that it waits for; may be gone when it has ended
            condition INTEGER NOT NULL,    -- SQLiteDependencyCode
            open INTEGER NOT NULL,         -- 1: `job` still waits for it
            PRIMARY KEY (job, other)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX dependency_open ON dependency (other, job, condition) WHERE open = 1;

        -- Jobs whose end those who wait for them are to be told of.
        CREATE TABLE settle (job INTEGER PRIMARY KEY) STRICT;

        CREATE TABLE unique_key (
            uid INTEGER NOT NULL,
            key TEXT NOT NULL,
            job INTEGER NOT NULL,
            PRIMARY KEY (uid, key)
        ) STRICT, WITHOUT ROWID;

        -- What running jobs have taken.
        CREATE TABLE taken (
            resource TEXT NOT NULL,        -- Resource.text
            job INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (resource, job)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX taken_job ON taken (job);

        CREATE TABLE change (
            job INTEGER NOT NULL,
            number INTEGER NOT NULL,       -- 1, 2, 3 … in the order in which they were noted
            at INTEGER NOT NULL,           -- ns since 1970
            by INTEGER,                    -- uid; NULL: jobd itself
            cause INTEGER NOT NULL,        -- SQLiteCauseCode
            detail ANY,                    -- the other job; the edited fields
            state INTEGER NOT NULL,        -- SQLiteStateCode
            attempts INTEGER NOT NULL,
            PRIMARY KEY (job, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE queue_setting (
            queue TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            by INTEGER,                    -- uid; NULL: jobd itself
            at INTEGER NOT NULL,           -- ns since 1970
            PRIMARY KEY (queue, name)
        ) STRICT, WITHOUT ROWID;
        """
}
