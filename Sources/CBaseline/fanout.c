#include "fanout.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { PATIENCE_MS = 5000 };

struct pons_fanout {
    uint32_t receivers;
    void *context;
    void *router;
    void **dealers;
    uint64_t *arrived;
    uint32_t missing;
    int is_ending;
    pthread_t thread;
    int is_running;
    pthread_mutex_t lock;
    pthread_cond_t all;
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void *receive(void *argument) {
    struct pons_fanout *fanout = argument;
    zmq_pollitem_t *items = calloc(fanout->receivers, sizeof *items);
    if (!items) return NULL;
    for (uint32_t index = 0; index < fanout->receivers; index++)
        items[index] = (zmq_pollitem_t){.socket = fanout->dealers[index], .events = ZMQ_POLLIN};
    char message[1024];
    for (;;) {
        zmq_poll(items, (int)fanout->receivers, 100);
        pthread_mutex_lock(&fanout->lock);
        int is_ending = fanout->is_ending;
        pthread_mutex_unlock(&fanout->lock);
        if (is_ending) break;
        for (uint32_t index = 0; index < fanout->receivers; index++) {
            if (!(items[index].revents & ZMQ_POLLIN)) continue;
            if (zmq_recv(items[index].socket, message, sizeof message, ZMQ_DONTWAIT) < 0) continue;
            uint64_t at = now();
            pthread_mutex_lock(&fanout->lock);
            fanout->arrived[index] = at;
            if (fanout->missing > 0 && --fanout->missing == 0) pthread_cond_signal(&fanout->all);
            pthread_mutex_unlock(&fanout->lock);
        }
    }
    free(items);
    return NULL;
}

static int open_sockets(struct pons_fanout *fanout) {
    int linger = 0, mandatory = 1, patience = PATIENCE_MS;
    char address[256];
    size_t length = sizeof address;
    if (!(fanout->context = zmq_ctx_new())) return -1;
    zmq_ctx_set(fanout->context, ZMQ_MAX_SOCKETS, (int)fanout->receivers + 16);
    if (!(fanout->router = zmq_socket(fanout->context, ZMQ_ROUTER))) return -1;
    zmq_setsockopt(fanout->router, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(fanout->router, ZMQ_ROUTER_MANDATORY, &mandatory, sizeof mandatory);
    zmq_setsockopt(fanout->router, ZMQ_RCVTIMEO, &patience, sizeof patience);
    if (zmq_bind(fanout->router, "tcp://127.0.0.1:*") != 0) return -1;
    if (zmq_getsockopt(fanout->router, ZMQ_LAST_ENDPOINT, address, &length) != 0) return -1;
    for (uint32_t index = 0; index < fanout->receivers; index++) {
        char identity[16];
        snprintf(identity, sizeof identity, "r%u", index);
        void *dealer = fanout->dealers[index] = zmq_socket(fanout->context, ZMQ_DEALER);
        if (!dealer) return -1;
        zmq_setsockopt(dealer, ZMQ_LINGER, &linger, sizeof linger);
        zmq_setsockopt(dealer, ZMQ_ROUTING_ID, identity, strlen(identity));
        if (zmq_connect(dealer, address) != 0 || zmq_send(dealer, "hello", 5, 0) < 0) return -1;
    }
    // Each has said hello: the way to it stands.
    for (uint32_t index = 0; index < fanout->receivers; index++) {
        char part[64];
        if (zmq_recv(fanout->router, part, sizeof part, 0) < 0) return -1;
        if (zmq_recv(fanout->router, part, sizeof part, 0) < 0) return -1;
    }
    return 0;
}

struct pons_fanout *pons_fanout_open(uint32_t receivers) {
    struct pons_fanout *fanout = calloc(1, sizeof *fanout);
    if (!fanout) return NULL;
    fanout->receivers = receivers;
    fanout->dealers = calloc(receivers, sizeof *fanout->dealers);
    fanout->arrived = calloc(receivers, sizeof *fanout->arrived);
    pthread_mutex_init(&fanout->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&fanout->all, &attributes);
    pthread_condattr_destroy(&attributes);
    if (fanout->dealers && fanout->arrived && open_sockets(fanout) == 0
        && pthread_create(&fanout->thread, NULL, receive, fanout) == 0) {
        fanout->is_running = 1;
        return fanout;
    }
    pons_fanout_close(fanout);
    return NULL;
}

int pons_fanout_press(struct pons_fanout *fanout, uint32_t message_bytes, uint64_t *nanoseconds) {
    char message[1024] = {0};
    if (message_bytes > sizeof message) message_bytes = sizeof message;
    pthread_mutex_lock(&fanout->lock);
    fanout->missing = fanout->receivers;
    pthread_mutex_unlock(&fanout->lock);
    uint64_t start = now();
    for (uint32_t index = 0; index < fanout->receivers; index++) {
        char identity[16];
        snprintf(identity, sizeof identity, "r%u", index);
        if (zmq_send(fanout->router, identity, strlen(identity), ZMQ_SNDMORE) < 0) return -2;
        if (zmq_send(fanout->router, message, message_bytes, 0) < 0) return -2;
    }
    struct timespec limit;
    clock_gettime(CLOCK_MONOTONIC, &limit);
    limit.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&fanout->lock);
    int failure = 0;
    while (fanout->missing > 0 && failure == 0)
        failure = pthread_cond_timedwait(&fanout->all, &fanout->lock, &limit);
    for (uint32_t index = 0; index < fanout->receivers; index++)
        nanoseconds[index] = fanout->arrived[index] - start;
    int is_complete = fanout->missing == 0;
    pthread_mutex_unlock(&fanout->lock);
    return is_complete ? 0 : -3;
}

void pons_fanout_close(struct pons_fanout *fanout) {
    if (fanout->is_running) {
        pthread_mutex_lock(&fanout->lock);
        fanout->is_ending = 1;
        pthread_mutex_unlock(&fanout->lock);
        pthread_join(fanout->thread, NULL);
    }
    for (uint32_t index = 0; fanout->dealers && index < fanout->receivers; index++)
        if (fanout->dealers[index]) zmq_close(fanout->dealers[index]);
    if (fanout->router) zmq_close(fanout->router);
    if (fanout->context) zmq_ctx_term(fanout->context);
    pthread_mutex_destroy(&fanout->lock);
    pthread_cond_destroy(&fanout->all);
    free(fanout->dealers);
    free(fanout->arrived);
    free(fanout);
}
