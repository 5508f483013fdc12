/// A file of schema 2: that of schema 1, as the jobd of then migrated it, and what step 2 brought: a job that waits
/// for another one, with a key, and a setting of a queue:
/// `sqlite3 store .dump`.
enum SchemaTwo {
    static let dump = """
        PRAGMA journal_mode = WAL;
        BEGIN;
        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO setting VALUES('identity','a7f96b53d7536f8797f364e052276c18');
        INSERT INTO setting VALUES('last_id',13);
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
        , spent INTEGER NOT NULL DEFAULT 0, crashes INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0,
            lacks TEXT, stopping INTEGER, not_before INTEGER, expiry INTEGER) STRICT;
        INSERT INTO job VALUES(1,0,'default',3,1795338030000000000,0,1000,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(2,1,'default',3,1795338000000000000,0,1000,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(3,2,'default',3,0,1,1000,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(4,3,'default',3,1795338002000000000,1,1000,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(5,4,'default',3,1795338002000000000,1,1000,0,1,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(6,4,'default',3,1795338002000000000,1,1000,1,9,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(7,4,'default',3,1795338002000000000,1,1000,2,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(8,5,'default',3,1795338002000000000,1,1000,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(9,4,'default',3,1795338002000000000,1,1000,4,2,11,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(10,4,'default',3,1795338002000000000,1,1000,5,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(11,4,'default',3,1795338002000000000,1,1000,6,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL);
        INSERT INTO job VALUES(12,5,'default',3,1795338003000000000,0,1000,NULL,NULL,NULL,0,0,0,NULL,NULL,NULL,
            NULL);
        INSERT INTO job VALUES(13,-1,'default',0,0,0,1000,NULL,NULL,NULL,0,0,1,NULL,NULL,NULL,NULL);
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
        , options BLOB, first_state INTEGER, edited INTEGER, token TEXT) STRICT;
        INSERT INTO spec VALUES(1,'command',X'2f62696e2f6563686f007363686564756c656400','/tmp',X'413d623d6300',
            'scheduled',30000000000,60000000000,5000000000,100,1795338000000000000,NULL,0,NULL,'later');
        INSERT INTO spec VALUES(2,'command',X'2f62696e2f6563686f00726561647900','/tmp',X'413d623d6300','ready',
            NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,'now');
        INSERT INTO spec VALUES(3,'command',X'2f62696e2f6563686f0072756e6e696e6700','/tmp',X'413d623d6300',
            'running',NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(4,'command',X'2f62696e2f6563686f0073756363656564656400','/tmp',X'413d623d6300',
            'succeeded',1000000000,60000000000,5000000000,100,1795338000000000000,NULL,0,NULL,NULL);
        INSERT INTO spec VALUES(5,'command',X'2f62696e2f6563686f00656e64656400','/tmp',X'413d623d6300','ended',
            NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(6,'command',X'2f62696e2f6563686f00656e64656400','/tmp',X'413d623d6300','ended',
            NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(7,'command',X'2f62696e2f6563686f00656e64656400','/tmp',X'413d623d6300','ended',
            NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(8,'command',X'2f62696e2f6563686f00656e64656400','/tmp',X'413d623d6300','ended',
            NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(9,'command',X'2f62696e2f6563686f00656e64656400','/tmp',X'413d623d6300','ended',
            NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(10,'command',X'2f62696e2f6563686f00656e64656400','/tmp',X'413d623d6300','ended',
            NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(11,'command',X'2f62696e2f6563686f00656e64656400','/tmp',X'413d623d6300','ended',
            NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(12,'command',X'2f62696e2f6563686f0063616e63656c6c656400','/tmp',X'413d623d6300',
            'cancelled',NULL,60000000000,5000000000,100,1795338000000000000,NULL,NULL,NULL,NULL);
        INSERT INTO spec VALUES(13,'command',X'7472756500',NULL,X'',NULL,NULL,NULL,NULL,100,1795338000000000000,
            NULL,-1,NULL,NULL);
        CREATE TABLE token (
            uid INTEGER NOT NULL,
            token TEXT NOT NULL,
            job INTEGER NOT NULL,
            PRIMARY KEY (uid, token)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO token VALUES(1000,'later',1);
        INSERT INTO token VALUES(1000,'now',2);
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
            max_resident INTEGER, next INTEGER,          -- bytes
            PRIMARY KEY (job, number)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO attempt VALUES(3,1,'host',1795338001000000000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
        INSERT INTO attempt VALUES(4,1,'host',1795338001000000000,1795338002000000000,0,0,NULL,1000000,2000000,
            4096,3);
        INSERT INTO attempt VALUES(5,1,'host',1795338001000000000,1795338002000000000,0,1,NULL,1000000,2000000,
            4096,4);
        INSERT INTO attempt VALUES(6,1,'host',1795338001000000000,1795338002000000000,1,9,NULL,1000000,2000000,
            4096,4);
        INSERT INTO attempt VALUES(7,1,'host',1795338001000000000,1795338002000000000,2,NULL,NULL,1000000,2000000,
            4096,4);
        INSERT INTO attempt VALUES(8,1,'host',1795338001000000000,1795338002000000000,3,NULL,NULL,1000000,2000000,
            4096,5);
        INSERT INTO attempt VALUES(9,1,'host',1795338001000000000,1795338002000000000,4,2,11,1000000,2000000,4096,
            4);
        INSERT INTO attempt VALUES(10,1,'host',1795338001000000000,1795338002000000000,5,NULL,NULL,1000000,
            2000000,4096,4);
        INSERT INTO attempt VALUES(11,1,'host',1795338001000000000,1795338002000000000,6,NULL,NULL,1000000,
            2000000,4096,4);
        CREATE TABLE tally (
            queue TEXT NOT NULL,
            state INTEGER NOT NULL,
            jobs INTEGER NOT NULL,
            PRIMARY KEY (queue, state)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO tally VALUES('default',-1,1);
        INSERT INTO tally VALUES('default',0,1);
        INSERT INTO tally VALUES('default',1,1);
        INSERT INTO tally VALUES('default',2,1);
        INSERT INTO tally VALUES('default',3,1);
        INSERT INTO tally VALUES('default',4,6);
        INSERT INTO tally VALUES('default',5,2);
        CREATE TABLE dependency (
            job INTEGER NOT NULL,
            other INTEGER NOT NULL,        -- the job that it waits for; may be gone when it has ended
            condition INTEGER NOT NULL,    -- SQLiteDependencyCode
            open INTEGER NOT NULL,         -- 1: `job` still waits for it
            PRIMARY KEY (job, other)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO dependency VALUES(13,3,0,1);
        CREATE TABLE settle (job INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE unique_key (
            uid INTEGER NOT NULL,
            key TEXT NOT NULL,
            job INTEGER NOT NULL,
            PRIMARY KEY (uid, key)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO unique_key VALUES(1000,'nightly',13);
        CREATE TABLE taken (
            resource TEXT NOT NULL,        -- Resource.text
            job INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (resource, job)
        ) STRICT, WITHOUT ROWID;
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
        INSERT INTO queue_setting VALUES('default','workers','3',0,1795338000000000000);
        CREATE INDEX job_live ON job (id) WHERE state < 3;
        CREATE INDEX job_expiry ON job (expiry, id) WHERE expiry IS NOT NULL;
        CREATE INDEX job_ready ON job (lacks, queue, priority DESC, since, id) WHERE state = 1;
        CREATE INDEX job_state ON job (state, since, id) WHERE state <> 1;
        CREATE INDEX dependency_open ON dependency (other, job, condition) WHERE open = 1;
        CREATE INDEX taken_job ON taken (job);
        COMMIT;
        PRAGMA user_version = 2;
        """
}
