#include "CPageChecksum.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "checksums are stored as this machine computes them");

// XXH64 by Yann Collet: github.com/Cyan4973/xxHash, doc/xxhash_spec.md.
#define PRIME_1 0x9E3779B185EBCA87u
#define PRIME_2 0xC2B2AE3D27D4EB4Fu
#define PRIME_3 0x165667B19E3779F9u
#define PRIME_4 0x85EBCA77C2B2AE63u
#define PRIME_5 0x27D4EB2F165667C5u

static uint64_t word(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint64_t rotated(uint64_t value, int bits) { return value << bits | value >> (64 - bits); }

static uint64_t next_round(uint64_t lane, uint64_t input) { return rotated(lane + input * PRIME_2, 31) * PRIME_1; }

static uint64_t merged(uint64_t hash, uint64_t lane) { return (hash ^ next_round(0, lane)) * PRIME_1 + PRIME_4; }

uint64_t csqlitechecksum_xxh64(const void *bytes, size_t count, uint64_t seed) {
    const uint8_t *at = bytes;
    const uint8_t *end = at + count;
    uint64_t hash = seed + PRIME_5;
    if (count >= 32) {
        uint64_t lanes[4] = {seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1};
        for (; end - at >= 32; at += 32) {
            for (int lane = 0; lane < 4; lane++) lanes[lane] = next_round(lanes[lane], word(at + 8 * lane));
        }
        hash = rotated(lanes[0], 1) + rotated(lanes[1], 7) + rotated(lanes[2], 12) + rotated(lanes[3], 18);
        for (int lane = 0; lane < 4; lane++) hash = merged(hash, lanes[lane]);
    }
    hash += count;
    for (; end - at >= 8; at += 8) hash = rotated(hash ^ next_round(0, word(at)), 27) * PRIME_1 + PRIME_4;
    hash = (hash ^ hash >> 33) * PRIME_2;
    hash = (hash ^ hash >> 29) * PRIME_3;
    return hash ^ hash >> 32;
}

// Where the salt stands; the checksum follows it.
#define CONTENT (CSQLITECHECKSUM_PAGE_SIZE - CSQLITECHECKSUM_RESERVED)

uint64_t csqlitechecksum_salt(const void *page) { return word((const uint8_t *)page + CONTENT); }

static uint64_t checksum(const void *page, uint32_t number, uint64_t salt) {
    return csqlitechecksum_xxh64(page, CONTENT, salt ^ number);
}

int csqlitechecksum_is_whole(const void *page, uint32_t number, uint64_t salt) {
    const uint8_t *bytes = page;
    return word(bytes + CONTENT) == salt && word(bytes + CONTENT + 8) == checksum(page, number, salt);
}

void csqlitechecksum_stamp(void *page, uint32_t number, uint64_t salt) {
    uint8_t *bytes = page;
    uint64_t sum = checksum(page, number, salt);
    memcpy(bytes + CONTENT, &salt, sizeof salt);
    memcpy(bytes + CONTENT + 8, &sum, sizeof sum);
}

void csqlitechecksum_log(const void *bytes, size_t count, uint32_t *first, uint32_t *second) {
    const uint8_t *at = bytes;
    uint32_t one = *first;
    uint32_t two = *second;
    for (const uint8_t *end = at + count; at < end; at += 8) {
        uint32_t words[2];
        memcpy(words, at, sizeof words);
        one += words[0] + two;
        two += words[1] + one;
    }
    *first = one;
    *second = two;
}
