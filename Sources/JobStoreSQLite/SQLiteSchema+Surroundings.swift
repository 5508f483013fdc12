extension SQLiteSchema {
    /// Step 3: whose account it was, what attempts used, what belongs to a job beside its spec.
    static let surroundings = """
        ALTER TABLE spec ADD COLUMN user_name TEXT;        -- of job.uid, at the submit

        -- NULL: it cannot be told, or was not counted then.
        ALTER TABLE attempt ADD COLUMN peak_memory INTEGER;     -- bytes
        ALTER TABLE attempt ADD COLUMN minor_faults INTEGER;
        ALTER TABLE attempt ADD COLUMN major_faults INTEGER;
        ALTER TABLE attempt ADD COLUMN read_bytes INTEGER;
        ALTER TABLE attempt ADD COLUMN written_bytes INTEGER;
        ALTER TABLE attempt ADD COLUMN wall_time INTEGER;       -- ns
        ALTER TABLE attempt ADD COLUMN start_latency INTEGER;   -- ns

        CREATE TABLE attachment (
            job INTEGER NOT NULL,
            name TEXT NOT NULL,            -- SQLiteAttachmentName
            bytes BLOB NOT NULL,
            PRIMARY KEY (job, name)
        ) STRICT;
        """
}
