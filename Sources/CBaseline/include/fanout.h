#ifndef PONS_FANOUT_H
#define PONS_FANOUT_H

#include <stdint.h>

// One sender and many receivers over bare libzmq, in plain C: what an e-stop is
// held against. A ROUTER sends one message to each of `receivers` DEALERs over
// tcp on loopback; a thread waits for all of them and notes when each came.

struct pons_fanout;

// NULL where sockets or threads have run out.
struct pons_fanout *pons_fanout_open(uint32_t receivers);

// Sends to all, and waits. `nanoseconds` gets, for each receiver, the time from
// the call to its message. Returns 0, or a negative number where one was missing
// for seconds.
int pons_fanout_press(struct pons_fanout *fanout, uint32_t message_bytes, uint64_t *nanoseconds);

void pons_fanout_close(struct pons_fanout *fanout);

#endif
