extension SQLiteSchema {
    /// Step 5: the newest that ended are found without passing over millions that wait.
    static let lists = "CREATE INDEX job_ended ON job (id) WHERE state > 2"
}
