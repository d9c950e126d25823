#include "baseline.h"

#include <malloc.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { WARM_UP = 20, PATIENCE_MS = 5000 };

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// A file like the journal's, and its one statement.

struct store {
    sqlite3 *db;
    sqlite3_stmt *insert;
    sqlite3_stmt *begin;
    sqlite3_stmt *commit;
    int64_t sequence;
};

static int store_open(struct store *store, const char *path) {
    memset(store, 0, sizeof *store);
    if (sqlite3_open(path, &store->db) != SQLITE_OK) return -1;
    const char *schema =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE record (sequence INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, payload BLOB NOT NULL)";
    if (sqlite3_exec(store->db, schema, NULL, NULL, NULL) != SQLITE_OK) return -2;
    const char *sql = "INSERT INTO record (sequence, checksum, payload) VALUES (?, ?, ?)";
    if (sqlite3_prepare_v2(store->db, sql, -1, &store->insert, NULL) != SQLITE_OK) return -3;
    if (sqlite3_prepare_v2(store->db, "BEGIN IMMEDIATE", -1, &store->begin, NULL) != SQLITE_OK) return -3;
    if (sqlite3_prepare_v2(store->db, "COMMIT", -1, &store->commit, NULL) != SQLITE_OK) return -3;
    return 0;
}

static void store_close(struct store *store) {
    sqlite3_finalize(store->insert);
    sqlite3_finalize(store->begin);
    sqlite3_finalize(store->commit);
    sqlite3_close(store->db);
}

static int step(sqlite3_stmt *statement) {
    int result = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result == SQLITE_DONE ? 0 : -4;
}

static int store_append(struct store *store, struct pons_baseline_commit commit, const void *payload) {
    if (step(store->begin) != 0) return -4;
    for (uint32_t row = 0; row < commit.rows; row++) {
        store->sequence += 1;
        sqlite3_bind_int64(store->insert, 1, store->sequence);
        sqlite3_bind_int64(store->insert, 2, store->sequence);
        sqlite3_bind_blob(store->insert, 3, payload, (int)commit.payload_bytes, SQLITE_STATIC);
        if (step(store->insert) != 0) return -4;
    }
    return step(store->commit);
}

int pons_baseline_append(
    const char *path, uint32_t rounds, struct pons_baseline_commit commit, uint64_t *nanoseconds) {
    struct store store;
    void *payload = calloc(1, commit.payload_bytes + 1);
    int failure = store_open(&store, path);
    for (uint32_t round = 0; failure == 0 && round < WARM_UP; round++)
        failure = store_append(&store, commit, payload);
    uint64_t start = now();
    for (uint32_t round = 0; failure == 0 && round < rounds; round++)
        failure = store_append(&store, commit, payload);
    *nanoseconds = now() - start;
    store_close(&store);
    free(payload);
    return failure;
}

// A ROUTER that sends everything back, and a DEALER, each with a context of its
// own: a skill host is another process than its edge.

struct echo {
    void *contexts[2];
    void *router;
    void *dealer;
    uint32_t rounds;
    pthread_t thread;
    int is_running;
};

static void *echo_run(void *argument) {
    struct echo *echo = argument;
    zmq_msg_t part;
    zmq_msg_init(&part);
    for (uint32_t round = 0; round < echo->rounds; round++) {
        int more;
        do {
            if (zmq_msg_recv(&part, echo->router, 0) < 0) goto end;
            more = zmq_msg_more(&part);
            if (zmq_msg_send(&part, echo->router, more ? ZMQ_SNDMORE : 0) < 0) goto end;
        } while (more);
    }
end:
    zmq_msg_close(&part);
    return NULL;
}

static int echo_open(struct echo *echo, uint32_t rounds) {
    memset(echo, 0, sizeof *echo);
    echo->rounds = rounds;
    for (int index = 0; index < 2; index++) echo->contexts[index] = zmq_ctx_new();
    echo->router = zmq_socket(echo->contexts[0], ZMQ_ROUTER);
    echo->dealer = zmq_socket(echo->contexts[1], ZMQ_DEALER);
    int patience = PATIENCE_MS, linger = 0;
    void *sockets[] = {echo->router, echo->dealer};
    for (int index = 0; index < 2; index++) {
        zmq_setsockopt(sockets[index], ZMQ_RCVTIMEO, &patience, sizeof patience);
        zmq_setsockopt(sockets[index], ZMQ_LINGER, &linger, sizeof linger);
    }
    char address[256];
    size_t length = sizeof address;
    if (zmq_bind(echo->router, "tcp://127.0.0.1:*") != 0) return -5;
    if (zmq_getsockopt(echo->router, ZMQ_LAST_ENDPOINT, address, &length) != 0) return -5;
    if (zmq_connect(echo->dealer, address) != 0) return -5;
    if (pthread_create(&echo->thread, NULL, echo_run, echo) != 0) return -6;
    echo->is_running = 1;
    return 0;
}

static void echo_close(struct echo *echo) {
    // Ends by itself: it has sent all, or nothing came for too long.
    if (echo->is_running) pthread_join(echo->thread, NULL);
    zmq_close(echo->router);
    zmq_close(echo->dealer);
    for (int index = 0; index < 2; index++) zmq_ctx_term(echo->contexts[index]);
}

static int echo_send(struct echo *echo, const void *message, uint32_t bytes) {
    return zmq_send(echo->dealer, message, bytes, 0) < 0 ? -7 : 0;
}

static int echo_receive(struct echo *echo, void *message, uint32_t bytes) {
    return zmq_recv(echo->dealer, message, bytes, 0) < 0 ? -8 : 0;
}

static int echo_trip(struct echo *echo, void *message, uint32_t bytes) {
    int failure = echo_send(echo, message, bytes);
    return failure != 0 ? failure : echo_receive(echo, message, bytes);
}

int pons_baseline_round_trips(
    uint32_t rounds, uint32_t in_flight, uint32_t message_bytes, uint64_t *nanoseconds) {
    struct echo echo;
    void *message = calloc(1, message_bytes + 1);
    int failure = echo_open(&echo, rounds + WARM_UP);
    for (uint32_t round = 0; failure == 0 && round < WARM_UP; round++)
        failure = echo_trip(&echo, message, message_bytes);
    uint64_t start = now();
    uint32_t sent = 0;
    while (failure == 0 && sent < in_flight && sent < rounds) {
        failure = echo_send(&echo, message, message_bytes);
        sent += 1;
    }
    for (uint32_t received = 0; failure == 0 && received < rounds; received++) {
        failure = echo_receive(&echo, message, message_bytes);
        if (failure == 0 && sent < rounds) {
            failure = echo_send(&echo, message, message_bytes);
            sent += 1;
        }
    }
    *nanoseconds = now() - start;
    echo_close(&echo);
    free(message);
    return failure;
}

int pons_baseline_series(
    const char *first_path, const char *second_path, uint32_t rounds, uint32_t trips,
    uint32_t message_bytes, uint32_t commits, uint32_t payload_bytes, uint64_t *nanoseconds) {
    struct echo echo;
    struct store stores[2];
    struct pons_baseline_commit commit = {1, payload_bytes};
    void *message = calloc(1, message_bytes + 1);
    void *payload = calloc(1, payload_bytes + 1);
    int failure = echo_open(&echo, (rounds + WARM_UP) * trips);
    int first = store_open(&stores[0], first_path), second = store_open(&stores[1], second_path);
    if (failure == 0) failure = first != 0 ? first : second;
    uint64_t start = 0;
    for (uint32_t round = 0; failure == 0 && round < rounds + WARM_UP; round++) {
        if (round == WARM_UP) start = now();
        for (uint32_t trip = 0; failure == 0 && trip < trips; trip++)
            failure = echo_trip(&echo, message, message_bytes);
        for (uint32_t turn = 0; failure == 0 && turn < commits; turn++)
            failure = store_append(&stores[turn % 2], commit, payload);
    }
    *nanoseconds = now() - start;
    store_close(&stores[0]);
    store_close(&stores[1]);
    echo_close(&echo);
    free(message);
    free(payload);
    return failure;
}

uint64_t pons_baseline_heap_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return (uint64_t)info.uordblks + (uint64_t)info.hblkhd;
}
