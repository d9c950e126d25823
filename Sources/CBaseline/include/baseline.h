#ifndef PONS_BASELINE_H
#define PONS_BASELINE_H

#include "fanout.h"

#include <stdint.h>

// The same work in plain C, with nothing of ours in between: the marks that
// benches hold our own path against. Every call blocks until it is done, and
// returns 0, or a negative number of the step that failed.

// What one transaction writes: `rows` rows of `payload_bytes` each, appended
// to a table like the journal's.
struct pons_baseline_commit {
    uint32_t rows;
    uint32_t payload_bytes;
};

// Appends `rounds` transactions to a new SQLite file at `path`: write-ahead
// log, synchronous=FULL, one prepared statement.
int pons_baseline_append(
    const char *path, uint32_t rounds, struct pons_baseline_commit commit, uint64_t *nanoseconds);

// Sends `rounds` messages from a DEALER to a ROUTER in another thread and back,
// over tcp on loopback, with `in_flight` of them on their way at any time.
int pons_baseline_round_trips(
    uint32_t rounds, uint32_t in_flight, uint32_t message_bytes, uint64_t *nanoseconds);

// Both in series, `rounds` times: as many round trips, one after the other, as
// `trips` says, and then as many commits of one row, by turns to two files, as
// `commits` says.
int pons_baseline_series(
    const char *first_path, const char *second_path, uint32_t rounds, uint32_t trips,
    uint32_t message_bytes, uint32_t commits, uint32_t payload_bytes, uint64_t *nanoseconds);

// Bytes of this process's heap that are in use, by the C library's own count.
uint64_t pons_baseline_heap_bytes(void);

#endif
