// Checksums for the pages of an SQLite database, and those of SQLite's own write-ahead log.
//
// A page is 4,096 bytes. Its last 16, which SQLite leaves alone (sqlite.org/fileformat2.html, "Reserved bytes per page"),
// are the salt of the database and the XXH64 of the other 4,080, seeded with the salt and the number of the page: so a
// page of another database, or one that stands in the place of another, does not fit. All in little-endian order.
#ifndef CSQLITECHECKSUM_H
#define CSQLITECHECKSUM_H

#include <stddef.h>
#include <stdint.h>

// SQLite's own header would make its types this module's, too.
struct sqlite3;

#define CSQLITECHECKSUM_PAGE_SIZE 4096
#define CSQLITECHECKSUM_RESERVED 16

// The name under which the file system layer below is registered.
#define CSQLITECHECKSUM_VFS "jobd-checksum"

// Registers a layer between SQLite and its default one, for those who open a database by its name. It writes the
// checksum of each page that goes into the main file and proves that of each page that is read from there; a page that
// does not fit is SQLITE_IOERR_DATA. Other files pass through. An empty file gets a salt of its own; one with content is
// passed through until csqlitechecksum_expect. Returns SQLite's code; may be called any number of times.
int csqlitechecksum_register(void);

// From now on the main file of a connection is read and written with checksums of this salt. Returns SQLite's code.
int csqlitechecksum_expect(struct sqlite3 *_Nonnull database, uint64_t salt);

// Whether SQLite leaves the log as it is when the last connection closes (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE: of a variadic
// function, which does not come through to Swift).
void csqlitechecksum_keep_log(struct sqlite3 *_Nonnull database, int is_kept);

// The salt that a page bears; 0 for one that was never in a main file.
uint64_t csqlitechecksum_salt(const void *_Nonnull page);

// Whether a page bears this salt and the checksum of its content; numbers count from 1.
int csqlitechecksum_is_whole(const void *_Nonnull page, uint32_t number, uint64_t salt);

// XXH64 of a multiple of 8 bytes.
uint64_t csqlitechecksum_xxh64(const void *_Nonnull bytes, size_t count, uint64_t seed);

// Continues the sums of SQLite's log (sqlite.org/fileformat2.html, "Checksum Algorithm") over a multiple of 8 bytes, in
// the order of bytes of this machine.
void csqlitechecksum_log(const void *_Nonnull bytes, size_t count, uint32_t *_Nonnull first, uint32_t *_Nonnull second);

#endif
