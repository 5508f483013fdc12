// Counts what this program, with all of its libraries, asks of the heap: linking the target is enough.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

// How many pieces of memory have been asked for so far, by all threads.
unsigned long allocation_count(void);

#endif
