#ifndef CLINUX_H
#define CLINUX_H

// What Swift's Glibc module hides of Linux. GNU-only declarations stay in the .c files, so that importing this
// module does not change the types of ordinary libc calls.

#include "CSpawn.h"
#include "CSystemCalls.h"
#include "CThreads.h"

#endif
