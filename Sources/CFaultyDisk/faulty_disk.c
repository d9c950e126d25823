#include "faulty_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512 };

// A write, or a truncation where `data` is NULL, that no sync has made durable.
struct change {
    struct change *previous, *next;
    int64_t offset, length;
    uint8_t *data;
    // What was there before, from `offset` on, and how long the file was.
    int64_t old_length, old_size;
    uint8_t old[];
};

// A file on a faulty disk, by its path; it outlives its handles.
struct record {
    struct record *next;
    struct change *first, *last;
    int is_durable;
    char path[];
};

struct faulty_disk {
    struct faulty_disk *next;
    struct record *records;
    uint64_t random, operations, fail_at;
    int is_out;
    char folder[];
};

struct handle {
    sqlite3_file base;
    struct faulty_disk *disk;
    struct record *record;
    sqlite3_file *real;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct faulty_disk *disks;
static sqlite3_vfs *under;
static sqlite3_vfs layer;

static uint64_t draw(struct faulty_disk *disk) {
    uint64_t value = (disk->random += 0x9E3779B97F4A7C15u);
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

static struct faulty_disk *disk_of(const char *path) {
    for (struct faulty_disk *disk = disks; path && disk; disk = disk->next) {
        size_t length = strlen(disk->folder);
        if (strncmp(path, disk->folder, length) == 0 && path[length] == '/') return disk;
    }
    return NULL;
}

static struct record *record_of(struct faulty_disk *disk, const char *path, int exists) {
    for (struct record *record = disk->records; record; record = record->next)
        if (strcmp(record->path, path) == 0) return record;
    struct record *record = calloc(1, sizeof *record + strlen(path) + 1);
    if (!record) return NULL;
    strcpy(record->path, path);
    record->is_durable = exists;
    record->next = disk->records;
    disk->records = record;
    return record;
}

static void forget_changes(struct record *record) {
    for (struct change *change = record->first, *next; change; change = next) {
        next = change->next;
        free(change->data);
        free(change);
    }
    record->first = record->last = NULL;
}

// Counts an operation; true when the power is out, or goes out during it.
static int goes_out(struct faulty_disk *disk) {
    if (disk->is_out) return 1;
    disk->operations += 1;
    if (disk->fail_at && disk->operations >= disk->fail_at) disk->is_out = 1;
    return disk->is_out;
}

// Remembers what a write or truncation is about to change.
static int remember(struct handle *handle, const void *data, int64_t length, int64_t offset) {
    sqlite3_int64 size = 0;
    if (handle->real->pMethods->xFileSize(handle->real, &size) != SQLITE_OK) return SQLITE_IOERR;
    int64_t end = data ? offset + length : size;
    int64_t old_length = offset >= size ? 0 : (end < size ? end : size) - offset;
    struct change *change = calloc(1, sizeof *change + (size_t)old_length);
    if (!change) return SQLITE_NOMEM;
    change->offset = offset;
    change->length = length;
    change->old_length = old_length;
    change->old_size = size;
    if (old_length
        && handle->real->pMethods->xRead(handle->real, change->old, (int)old_length, offset) != SQLITE_OK) {
        free(change);
        return SQLITE_IOERR;
    }
    if (data) {
        change->data = malloc(length ? (size_t)length : 1);
        if (!change->data) {
            free(change);
            return SQLITE_NOMEM;
        }
        memcpy(change->data, data, (size_t)length);
    }
    change->previous = handle->record->last;
    if (change->previous) change->previous->next = change;
    else handle->record->first = change;
    handle->record->last = change;
    return SQLITE_OK;
}

// The file's methods. Reads, locks and shared memory go to the system.

static int close_file(sqlite3_file *file) {
    struct handle *handle = (struct handle *)file;
    return handle->real->pMethods ? handle->real->pMethods->xClose(handle->real) : SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *data, int length, sqlite3_int64 offset) {
    struct handle *handle = (struct handle *)file;
    if (handle->disk && handle->disk->is_out) return SQLITE_IOERR_READ;
    return handle->real->pMethods->xRead(handle->real, data, length, offset);
}

static int write_file(sqlite3_file *file, const void *data, int length, sqlite3_int64 offset) {
    struct handle *handle = (struct handle *)file;
    if (!handle->disk) return handle->real->pMethods->xWrite(handle->real, data, length, offset);
    pthread_mutex_lock(&lock);
    int was_out = handle->disk->is_out;
    int is_out = goes_out(handle->disk);
    int result = was_out ? SQLITE_IOERR_WRITE : remember(handle, data, length, offset);
    if (result == SQLITE_OK) result = handle->real->pMethods->xWrite(handle->real, data, length, offset);
    pthread_mutex_unlock(&lock);
    return is_out ? SQLITE_IOERR_WRITE : result;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    struct handle *handle = (struct handle *)file;
    if (!handle->disk) return handle->real->pMethods->xTruncate(handle->real, size);
    pthread_mutex_lock(&lock);
    int was_out = handle->disk->is_out;
    int is_out = goes_out(handle->disk);
    int result = was_out ? SQLITE_IOERR_TRUNCATE : remember(handle, NULL, 0, size);
    if (result == SQLITE_OK) result = handle->real->pMethods->xTruncate(handle->real, size);
    pthread_mutex_unlock(&lock);
    return is_out ? SQLITE_IOERR_TRUNCATE : result;
}

static int sync_file(sqlite3_file *file, int flags) {
    struct handle *handle = (struct handle *)file;
    if (!handle->disk) return handle->real->pMethods->xSync(handle->real, flags);
    pthread_mutex_lock(&lock);
    int is_out = goes_out(handle->disk);
    if (!is_out) {
        forget_changes(handle->record);
        handle->record->is_durable = 1;
    }
    pthread_mutex_unlock(&lock);
    return is_out ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

#define REAL(file) (((struct handle *)(file))->real)

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return REAL(file)->pMethods->xFileSize(REAL(file), size);
}
static int lock_file(sqlite3_file *file, int level) { return REAL(file)->pMethods->xLock(REAL(file), level); }
static int unlock_file(sqlite3_file *file, int level) {
    return REAL(file)->pMethods->xUnlock(REAL(file), level);
}
static int check_lock(sqlite3_file *file, int *result) {
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), result);
}
static int control(sqlite3_file *file, int operation, void *argument) {
    return REAL(file)->pMethods->xFileControl(REAL(file), operation, argument);
}
static int sector_size(sqlite3_file *file) { return REAL(file)->pMethods->xSectorSize(REAL(file)); }
// No promise beyond the plainest: no atomic writes, no order, no safe append.
static int traits(sqlite3_file *file) {
    return ((struct handle *)file)->disk ? 0 : REAL(file)->pMethods->xDeviceCharacteristics(REAL(file));
}
static int map_memory(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
    return REAL(file)->pMethods->xShmMap(REAL(file), page, size, extend, memory);
}
static int lock_memory(sqlite3_file *file, int offset, int count, int flags) {
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, count, flags);
}
static void memory_barrier(sqlite3_file *file) { REAL(file)->pMethods->xShmBarrier(REAL(file)); }
static int unmap_memory(sqlite3_file *file, int remove) {
    return REAL(file)->pMethods->xShmUnmap(REAL(file), remove);
}

static const sqlite3_io_methods methods = {
    2,           close_file,  read_file, write_file,    truncate_file, sync_file,   file_size,
    lock_file,   unlock_file, check_lock, control,      sector_size,   traits,      map_memory,
    lock_memory, memory_barrier, unmap_memory, NULL, NULL,
};

// The layer's methods.

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    struct handle *handle = (struct handle *)file;
    memset(handle, 0, sizeof *handle);
    handle->real = (sqlite3_file *)(handle + 1);
    memset(handle->real, 0, (size_t)under->szOsFile);
    pthread_mutex_lock(&lock);
    struct faulty_disk *disk = disk_of(path);
    int is_out = disk && disk->is_out;
    pthread_mutex_unlock(&lock);
    if (is_out) return SQLITE_CANTOPEN;
    int exists = path && access(path, F_OK) == 0;
    int result = under->xOpen(under, path, handle->real, flags, out_flags);
    if (result != SQLITE_OK) return result;
    handle->base.pMethods = &methods;
    pthread_mutex_lock(&lock);
    if (disk) handle->record = record_of(disk, path, exists);
    if (handle->record) handle->disk = disk;
    pthread_mutex_unlock(&lock);
    return disk && !handle->record ? SQLITE_NOMEM : SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int sync_folder) {
    (void)vfs;
    pthread_mutex_lock(&lock);
    struct faulty_disk *disk = disk_of(path);
    int is_out = disk && disk->is_out;
    if (disk && !is_out) {
        struct record *record = record_of(disk, path, 0);
        if (record) {
            forget_changes(record);
            record->is_durable = 0;
        }
    }
    pthread_mutex_unlock(&lock);
    return is_out ? SQLITE_IOERR_DELETE : under->xDelete(under, path, disk ? 0 : sync_folder);
}

static int access_file(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    (void)vfs;
    return under->xAccess(under, path, flags, result);
}

static faulty_disk *insert(const char *folder, uint64_t seed) {
    if (!under) {
        under = sqlite3_vfs_find(NULL);
        if (!under) return NULL;
        layer = *under;
        layer.zName = "faulty";
        layer.pNext = NULL;
        layer.szOsFile = (int)sizeof(struct handle) + under->szOsFile;
        layer.xOpen = open_file;
        layer.xDelete = delete_file;
        layer.xAccess = access_file;
        if (sqlite3_vfs_register(&layer, 1) != SQLITE_OK) return NULL;
    }
    struct faulty_disk *disk = calloc(1, sizeof *disk + strlen(folder) + 1);
    if (!disk) return NULL;
    strcpy(disk->folder, folder);
    disk->random = seed;
    disk->next = disks;
    disks = disk;
    return disk;
}

faulty_disk *faulty_disk_new(const char *folder, uint64_t seed) {
    pthread_mutex_lock(&lock);
    faulty_disk *disk = insert(folder, seed);
    pthread_mutex_unlock(&lock);
    return disk;
}

void faulty_disk_free(faulty_disk *disk) {
    pthread_mutex_lock(&lock);
    for (struct faulty_disk **link = &disks; *link; link = &(*link)->next)
        if (*link == disk) {
            *link = disk->next;
            break;
        }
    for (struct record *record = disk->records, *next; record; record = next) {
        next = record->next;
        forget_changes(record);
        free(record);
    }
    free(disk);
    pthread_mutex_unlock(&lock);
}

void faulty_disk_fail_after(faulty_disk *disk, uint64_t operations) {
    pthread_mutex_lock(&lock);
    disk->fail_at = disk->operations + operations;
    pthread_mutex_unlock(&lock);
}

int faulty_disk_is_out(faulty_disk *disk) {
    pthread_mutex_lock(&lock);
    int is_out = disk->is_out;
    pthread_mutex_unlock(&lock);
    return is_out;
}

uint64_t faulty_disk_operations(faulty_disk *disk) {
    pthread_mutex_lock(&lock);
    uint64_t operations = disk->operations;
    pthread_mutex_unlock(&lock);
    return operations;
}

static int put(int file, const uint8_t *data, int64_t length, int64_t offset) {
    return length == 0 || pwrite(file, data, (size_t)length, offset) == length ? 0 : -1;
}

// Writes what arrived of a torn write: any of its sectors.
static int tear(struct faulty_disk *disk, int file, const struct change *change) {
    int64_t end = change->offset + change->length;
    for (int64_t start = change->offset; start < end;) {
        int64_t next = (start / SECTOR + 1) * SECTOR;
        if (next > end) next = end;
        if (draw(disk) & 1 && put(file, change->data + (start - change->offset), next - start, start) != 0)
            return -1;
        start = next;
    }
    return 0;
}

// Makes the file what the disk kept of it.
static int64_t settle(struct faulty_disk *disk, struct record *record) {
    if (!record->first && record->is_durable) return 0;
    int file = open(record->path, O_RDWR | O_CLOEXEC);
    if (file < 0) return 0;
    int failed = 0;
    int64_t lost = 0;
    for (struct change *change = record->last; change && !failed; change = change->previous) {
        if (change->data) failed = put(file, change->old, change->old_length, change->offset);
        if (!failed) failed = ftruncate(file, change->old_size);
        if (!change->data && !failed) failed = put(file, change->old, change->old_length, change->offset);
    }
    // Some losses spare or drop all; most are mixed.
    uint64_t manner = draw(disk) % 6;
    for (struct change *change = record->first; change && !failed; change = change->next) {
        uint64_t fate = manner == 0 ? 0 : manner == 1 ? 1 : draw(disk) % 3;
        if (fate == 0)
            failed = change->data ? put(file, change->data, change->length, change->offset)
                                  : ftruncate(file, change->offset);
        if (fate == 2 && change->data) failed = tear(disk, file, change);
        if (fate != 0) lost += 1;
    }
    close(file);
    if (!record->is_durable && draw(disk) % 2 == 0) unlink(record->path);
    forget_changes(record);
    record->is_durable = 1;
    return failed ? -1 : lost;
}

static void lose_shared_memory(const struct faulty_disk *disk) {
    DIR *folder = opendir(disk->folder);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 4, "-shm") != 0) continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", disk->folder, entry->d_name);
        unlink(path);
    }
    if (folder) closedir(folder);
}

int64_t faulty_disk_power_on(faulty_disk *disk) {
    pthread_mutex_lock(&lock);
    int64_t lost = 0;
    for (struct record *record = disk->records; record && lost >= 0; record = record->next) {
        int64_t more = settle(disk, record);
        lost = more < 0 ? -1 : lost + more;
    }
    lose_shared_memory(disk);
    disk->is_out = 0;
    disk->operations = 0;
    disk->fail_at = 0;
    pthread_mutex_unlock(&lock);
    return lost;
}
