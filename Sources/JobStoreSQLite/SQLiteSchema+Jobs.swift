extension SQLiteSchema {
    /// Step 1: jobs and their attempts.
    ///
    /// `job` is hot: what claims, ends and lists need. `spec` is cold: written once, read when a job runs or is shown.
    /// The partial indexes serve exactly the queries that run, so that ended jobs are in none of them.
    static let jobs = """
        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE job (
            id INTEGER PRIMARY KEY,
            state INTEGER NOT NULL,        -- SQLiteStateCode
            queue TEXT NOT NULL,
            priority INTEGER NOT NULL,
            since INTEGER NOT NULL,        -- ns since 1970: scheduled until; ready since; last change of others
            attempts INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            reason INTEGER,                -- failed: SQLiteOutcomeCode
            detail INTEGER,                -- exit code, signal, error number
            step INTEGER                   -- could not start: StartStep
        ) STRICT;
        CREATE INDEX job_ready ON job (queue, priority DESC, since, id) WHERE state = 1;
        CREATE INDEX job_due ON job (since, id) WHERE state = 0;
        CREATE INDEX job_running ON job (id) WHERE state = 2;
        CREATE INDEX job_live ON job (id) WHERE state < 3;

        CREATE TABLE spec (
            job INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            payload BLOB NOT NULL,         -- command: each argument followed by NUL; other kinds: theirs
            directory TEXT,
            environment BLOB NOT NULL,     -- NAME=VALUE, each followed by NUL
            name TEXT,
            delay INTEGER,                 -- ns
            timeout INTEGER,               -- ns
            kill_after INTEGER,            -- ns
            gid INTEGER NOT NULL,
            submitted INTEGER NOT NULL     -- ns since 1970
        ) STRICT;

        CREATE TABLE token (
            uid INTEGER NOT NULL,
            token TEXT NOT NULL,
            job INTEGER NOT NULL,
            PRIMARY KEY (uid, token)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE attempt (
            job INTEGER NOT NULL,
            number INTEGER NOT NULL,
            node TEXT NOT NULL,
            claimed INTEGER NOT NULL,      -- ns since 1970
            ended INTEGER,                 -- ns since 1970
            outcome INTEGER,               -- SQLiteOutcomeCode
            detail INTEGER,
            step INTEGER,
            user_time INTEGER,             -- ns
            system_time INTEGER,           -- ns
            max_resident INTEGER,          -- bytes
            PRIMARY KEY (job, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE tally (
            queue TEXT NOT NULL,
            state INTEGER NOT NULL,
            jobs INTEGER NOT NULL,
            PRIMARY KEY (queue, state)
        ) STRICT, WITHOUT ROWID;

        INSERT INTO setting VALUES ('identity', lower(hex(randomblob(16)))), ('last_id', 0);
        """
}
