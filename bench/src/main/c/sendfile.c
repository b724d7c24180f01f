/*
 * sendfile - sends a file to everybody who connects, then closes: the floor for a file server.
 *
 *   sendfile PORT FILE
 *
 * One connection after the other. Prints READY 127.0.0.1:PORT; port 0 lets the system choose one.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void die(const char *what) { perror(what); exit(1); }

static void serve(int connection, int file, off_t size) {
    off_t at = 0;
    while (at < size) {
        ssize_t n = sendfile(connection, file, &at, (size_t)(size - at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            perror("sendfile");
            return;
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: sendfile PORT FILE\n");
        return 2;
    }
    int one = 1;
    struct stat st;
    int file = open(argv[2], O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &st)) die(argv[2]);
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof a;
    if (bind(listener, (struct sockaddr *)&a, length) || listen(listener, 4096)) die("listen");
    if (getsockname(listener, (struct sockaddr *)&a, &length)) die("getsockname");
    printf("READY 127.0.0.1:%d\n", ntohs(a.sin_port));
    fflush(stdout);
    for (;;) {
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) die("accept");
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        serve(connection, file, st.st_size);
        close(connection);
    }
}
