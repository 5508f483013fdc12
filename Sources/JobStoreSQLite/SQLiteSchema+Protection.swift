extension SQLiteSchema {
    /// Step 4: what a start must know of how the file came to be as it is.
    ///
    /// `in_use`: 1 from each start to the stop: the log belongs to the file, which is not whole without it.
    /// `is_copy`: 1 in a backup, until its first start as a store.
    static let protection = """
        INSERT INTO setting VALUES ('in_use', 0), ('is_copy', 0);
        """
}
