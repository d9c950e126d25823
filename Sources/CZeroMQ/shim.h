#pragma once
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zmq.h>

/// A non-blocking eventfd, or -1 with errno: Swift can't see the flags.
static inline int pons_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// Makes the eventfd readable. Fails only when it is so already.
static inline void pons_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    ssize_t written = write(descriptor, &one, sizeof one);
    (void)written;
}

/// Makes the eventfd unreadable again.
static inline void pons_eventfd_clear(int descriptor) {
    uint64_t count;
    ssize_t taken = read(descriptor, &count, sizeof count);
    (void)taken;
}

/// Lets the calling thread, and those that it starts from then on, run before
/// others, where the system allows it.
static inline void pons_hurry_thread(void) { (void)setpriority(PRIO_PROCESS, 0, -15); }

/// Names the calling thread; 15 bytes are kept.
static inline void pons_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
