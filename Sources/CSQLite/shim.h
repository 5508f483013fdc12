#pragma once

#include <malloc.h>
#include <sqlite3.h>

// Swift cannot call functions with variable arguments.
static inline int jobd_sqlite3_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// glibc keeps what was freed, in each of its arenas, unless it lies at the very end of one.
static inline void jobd_give_back_memory(void) { malloc_trim(0); }
