// What the file system layer needs of the checksums beyond what all may see.
#ifndef CPAGECHECKSUM_H
#define CPAGECHECKSUM_H

#include "CSQLiteChecksum.h"

// Writes salt and checksum into the last bytes of a page.
void csqlitechecksum_stamp(void *_Nonnull page, uint32_t number, uint64_t salt);

#endif
