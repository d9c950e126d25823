#ifndef PONS_FAULTY_DISK_H
#define PONS_FAULTY_DISK_H

#include <stdint.h>

// A disk that can lose its power, as a layer under SQLite (a VFS). All files
// below one folder lie on it; files elsewhere are left to the system.
//
// What the disk promises, and a model of it has to promise no more:
// - A write is durable once a sync of its file has returned, and not before.
// - When the power goes out, each write that wasn't synced is kept, dropped, or
//   torn: of its 512-byte sectors any subset arrives. Writes to one file don't
//   arrive in order, so a later one may be there where an earlier one is not;
//   where a file grew over a write that was dropped, zeros lie in the gap.
// - The call during which it happens fails, and so does every call after it. A
//   sync during which it happens has made anything from nothing to all durable.
// - The file's length is as durable as the writes and truncations that set it.
// - A file that was never synced may be gone altogether. Deleting a file is
//   durable at once.
// - Shared memory (`-shm`) is lost.
// Not modelled: sectors that decay, writes that go elsewhere, a disk that says
// it has synced and hasn't.

typedef struct faulty_disk faulty_disk;

// Puts the files below `folder`, an absolute path, on a faulty disk of their
// own, in good order at first. The same seed and the same calls end in the same
// bytes. From the first disk on, SQLite's default layer is this one.
// NULL when there is no memory, or SQLite refuses the layer.
faulty_disk *faulty_disk_new(const char *folder, uint64_t seed);

// Frees the disk; no file on it may be open. The files stay.
void faulty_disk_free(faulty_disk *disk);

// The power goes out during the n-th write, truncation or sync from now, from 1.
void faulty_disk_fail_after(faulty_disk *disk, uint64_t operations);

// Whether the power is out.
int faulty_disk_is_out(faulty_disk *disk);

// How many writes, truncations and syncs there were since the power last came.
uint64_t faulty_disk_operations(faulty_disk *disk);

// The power comes back: what lies in the files is now what the disk kept. If
// the power wasn't out, it goes and comes. All files must be closed.
// Returns how many unsynced writes were dropped or torn; -1 where a file can't
// be written.
int64_t faulty_disk_power_on(faulty_disk *disk);

#endif
