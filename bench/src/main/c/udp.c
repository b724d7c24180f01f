/*
 * udp - sends or receives datagrams of 200 bytes on 127.0.0.1:PORT as fast as it can.
 *   udp send|receive single|batch|run PORT WARMUP SECS
 * single: sendto, recvfrom. batch: sendmmsg, recvmmsg, 64 at a time. run: sendmmsg of messages that the kernel cuts into
 * 64 datagrams each (UDP_SEGMENT), recvmmsg of what it has merged (UDP_GRO).
 * Blocking calls. After the warm-up it counts for SECS and prints datagrams, seconds and its own CPU time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum { SIZE = 200, MANY = 64, RUNS = 16, SLOT = 65536 };

static int fd;
static struct mmsghdr messages[MANY];
static struct iovec parts[MANY];
static struct sockaddr_in peers[MANY];
static _Alignas(struct cmsghdr) char controls[MANY][CMSG_SPACE(sizeof(int))];

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}
static void fail(const char *what) { perror(what); exit(1); }

static void prepare(size_t bytes, int addressed, size_t control) {
    char *memory = calloc(MANY, bytes);
    for (int i = 0; i < MANY; i++) {
        parts[i] = (struct iovec){.iov_base = memory + i * bytes, .iov_len = bytes};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1,
            .msg_name = &peers[i], .msg_namelen = sizeof peers[i],
            .msg_control = control ? controls[i] : NULL, .msg_controllen = control};
        if (addressed) peers[i] = peers[0];
    }
}

static long send_single(void) {
    static char bytes[SIZE];
    ssize_t n = sendto(fd, bytes, SIZE, 0, (struct sockaddr *)&peers[0], sizeof peers[0]);
    if (n != SIZE) fail("sendto");
    return 1;
}
static long send_batch(void) {
    int n = sendmmsg(fd, messages, MANY, 0);
    if (n < 0) fail("sendmmsg");
    return n;
}
static long send_run(void) {
    int n = sendmmsg(fd, messages, RUNS, 0);
    if (n < 0) fail("sendmmsg");
    return (long)n * MANY;
}

static long receive_single(void) {
    static char bytes[SLOT];
    socklen_t length = sizeof peers[0];
    if (recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&peers[0], &length) < 0) fail("recvfrom");
    return 1;
}
static long receive_batch(void) {
    int n = recvmmsg(fd, messages, MANY, MSG_WAITFORONE, NULL);
    if (n < 0) fail("recvmmsg");
    for (int i = 0; i < n; i++) messages[i].msg_hdr.msg_namelen = sizeof peers[i];
    return n;
}
static long receive_run(void) {
    int n = recvmmsg(fd, messages, RUNS, MSG_WAITFORONE, NULL);
    if (n < 0) fail("recvmmsg");
    long count = 0;
    for (int i = 0; i < n; i++) {
        int segment = messages[i].msg_len;
        struct msghdr *h = &messages[i].msg_hdr;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
            if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) memcpy(&segment, CMSG_DATA(c), sizeof segment);
        count += segment ? (messages[i].msg_len + segment - 1) / segment : 1;
        h->msg_namelen = sizeof peers[i];
        h->msg_controllen = sizeof controls[i];
    }
    return count;
}

int main(int argc, char **argv) {
    if (argc != 6) { fprintf(stderr, "usage: udp send|receive single|batch|run PORT WARMUP SECS\n"); return 2; }
    int sends = !strcmp(argv[1], "send"), run = !strcmp(argv[2], "run"), batch = !strcmp(argv[2], "batch");
    double warmup = atof(argv[4]), secs = atof(argv[5]);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    peers[0] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(argv[3])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (sends) {
        prepare(run ? SIZE * MANY : SIZE, 1, 0);
        int segment = SIZE;
        if (run && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment)) fail("UDP_SEGMENT");
    } else {
        int on = 1;
        prepare(SLOT, 0, run ? sizeof controls[0] : 0);
        if (run && setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on)) fail("UDP_GRO");
        if (bind(fd, (struct sockaddr *)&peers[0], sizeof peers[0])) fail("bind");
    }
    long (*step)(void) = sends ? (run ? send_run : batch ? send_batch : send_single)
                               : (run ? receive_run : batch ? receive_batch : receive_single);
    printf("READY\n");
    fflush(stdout);
    step(); // a receiver's time begins with the first datagram
    double begin = now(CLOCK_MONOTONIC);
    while (now(CLOCK_MONOTONIC) - begin < warmup) for (int i = 0; i < 64; i++) step();
    long count = 0;
    double cpu = now(CLOCK_PROCESS_CPUTIME_ID), start = now(CLOCK_MONOTONIC), end;
    do {
        for (int i = 0; i < 64; i++) count += step();
    } while ((end = now(CLOCK_MONOTONIC)) - start < secs);
    printf("{\"seconds\":%.6f,\"messages\":%ld,\"serverCpuMicros\":%.0f,\"loadCpuMicros\":0,\"errors\":0}\n", end - start,
        count, (now(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e6);
    return 0;
}
