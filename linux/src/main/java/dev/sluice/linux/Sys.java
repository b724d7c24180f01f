package dev.sluice.linux;

import java.lang.foreign.MemorySegment;

/// The calls to the system that this transport makes; tests script them.
///
/// One convention for all: the result is `>= 0`, or `-errno`. Nothing is retried here. The calls that move bytes
/// take the segment that gets the error number, so that they allocate nothing; it belongs to one direction of one
/// socket. See section 2 of the manual for each.
interface Sys {
    /// The real one.
    static Sys libc() {
        return Libc.INSTANCE;
    }

    int socket(int domain, int type, int protocol);

    int bind(int fd, MemorySegment address, int length);

    int listen(int fd, int backlog);

    int connect(int fd, MemorySegment address, int length);

    int accept4(int fd, MemorySegment address, MemorySegment length, int flags);

    int getsockname(int fd, MemorySegment address, MemorySegment length);

    int getpeername(int fd, MemorySegment address, MemorySegment length);

    int getsockopt(int fd, int level, int name, MemorySegment value, MemorySegment length);

    int setsockopt(int fd, int level, int name, MemorySegment value, int length);

    int shutdown(int fd, int how);

    int close(int fd);

    int recv(int fd, long address, int length, int flags, MemorySegment errno);

    int recv(int fd, MemorySegment heap, int length, int flags, MemorySegment errno);

    int send(int fd, long address, int length, int flags, MemorySegment errno);

    int send(int fd, MemorySegment heap, int length, int flags, MemorySegment errno);

    /// @param from room for the sender's address; its length is at `fromLength`, both ways
    int recvfrom(int fd, long address, int length, int flags, long from, long fromLength, MemorySegment errno);

    int recvfrom(int fd, MemorySegment heap, int length, int flags, long from, long fromLength, MemorySegment errno);

    /// @param to the address of the peer's, which is `toLength` long
    int sendto(int fd, long address, int length, int flags, long to, int toLength, MemorySegment errno);

    int sendto(int fd, MemorySegment heap, int length, int flags, long to, int toLength, MemorySegment errno);

    /// @param messages an array of mmsghdr; waits for none of them, as the socket does not
    int recvmmsg(int fd, MemorySegment messages, int count, int flags, MemorySegment errno);

    int sendmmsg(int fd, MemorySegment messages, int count, int flags, MemorySegment errno);

    long readv(int fd, MemorySegment vectors, int count, MemorySegment errno);

    long writev(int fd, MemorySegment vectors, int count, MemorySegment errno);

    /// @param state the segment that gets the error number, as reading the file may wait
    long sendfile(int out, int in, MemorySegment offset, long count, MemorySegment state);

    int open(MemorySegment path, int flags);

    int getrlimit(int resource, MemorySegment limit);

    int epollCreate1(int flags);

    int epollCtl(int epoll, int operation, int fd, MemorySegment event);

    /// @param state the segment that gets the error number, as this call may wait; belongs to the poller
    int epollWait(int epoll, MemorySegment events, int most, int timeoutMillis, MemorySegment state);

    int eventfd(int initial, int flags);

    /// @param errno the segment that gets the error number; belongs to who wakes
    long write(int fd, MemorySegment bytes, long count, MemorySegment errno);
}
