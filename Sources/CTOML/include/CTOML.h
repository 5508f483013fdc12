#pragma once

// Reads a TOML document and hands each table, array and value to a callback. The parser is toml++.
// No exception and no C++ type crosses this border; nothing handed to a callback outlives the call.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CTOML_SWIFT_NAME(name) __attribute__((swift_name(#name)))

#ifdef __cplusplus
extern "C" {
#endif

/// What a node is.
typedef enum __attribute__((enum_extensibility(closed))) ctoml_kind {
    CTOML_TABLE CTOML_SWIFT_NAME(table),
    CTOML_ARRAY CTOML_SWIFT_NAME(array),
    CTOML_STRING CTOML_SWIFT_NAME(string),
    CTOML_INTEGER CTOML_SWIFT_NAME(integer),
    CTOML_FLOAT CTOML_SWIFT_NAME(float),
    CTOML_BOOLEAN CTOML_SWIFT_NAME(boolean),
    CTOML_DATE_TIME CTOML_SWIFT_NAME(dateTime),  ///< A date, a time of day, or both. Its value is not handed over.
} ctoml_kind;

/// UTF-8 text that may hold NUL bytes and is not terminated by one.
typedef struct ctoml_text {
    const char *_Nonnull bytes;
    size_t length;
} ctoml_text;

/// One step of the way from the document's root to a node.
typedef struct ctoml_key {
    ctoml_text name;  ///< The key in its table; empty for an element of an array.
    int64_t index;    ///< The place in its array from 0; -1 for a key of a table.
} ctoml_key;

/// One table, array or value, with the way to it and the place where it stands in the text.
typedef struct ctoml_node {
    const ctoml_key *_Nonnull path;  ///< From the root; never empty. The root itself is not handed over.
    size_t path_count;
    ctoml_kind kind;
    uint32_t line;    ///< From 1: where its key stands, for an element of an array where the element stands.
    uint32_t column;  ///< From 1, counted in code points.

    ctoml_text string;  ///< For CTOML_STRING, else empty.
    int64_t integer;    ///< For CTOML_INTEGER, else 0.
    double number;      ///< For CTOML_FLOAT, else 0.
    bool boolean;       ///< For CTOML_BOOLEAN, else false.
    size_t count;       ///< For CTOML_TABLE and CTOML_ARRAY the number of members, else 0.
} ctoml_node;

/// Why a text is not TOML, and where. Line and column count from 1; both are 0 where no place is to blame.
typedef struct ctoml_error {
    ctoml_text message;
    uint32_t line;
    uint32_t column;
} ctoml_error;

/// Parses `text` (UTF-8, `length` bytes) and calls `visit` for each node: a table or array before its members,
/// members in the order in which they first appear. Nothing is visited when the text is not TOML.
///
/// `visit` returns false to end the walk. `fail` is called at most once: the text is not TOML, is nested deeper
/// than 64 steps, or memory ran out.
///
/// Returns true when every node was visited and `visit` never returned false.
bool ctoml_read(
    const char *_Nonnull text, size_t length, void *_Nullable context,
    bool (*_Nonnull visit)(void *_Nullable context, const ctoml_node *_Nonnull node),
    void (*_Nonnull fail)(void *_Nullable context, const ctoml_error *_Nonnull error));

#ifdef __cplusplus
}
#endif
