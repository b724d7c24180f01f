package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.sluice.reactor.Peer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The messages of one recvmmsg or sendmmsg, each with its address, its one piece of memory, and the size of the
/// segments that it is cut into, udp(7). Belongs to one direction of one socket.
final class Messages {
    /// How many go into one call.
    static final int MOST = 64;

    /// Distance of the addresses, each a sockaddr_in or sockaddr_in6.
    private static final int NAME_BYTES = 32;

    /// A cmsghdr and what it announces, an int or less, padded: CMSG_SPACE.
    private static final int CONTROL_BYTES = Cmsghdr.SIZE + Long.BYTES;

    final MemorySegment headers;
    private final MemorySegment vectors;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final int domain;

    /// Of messages to be sent.
    private final int[] datagrams = new int[MOST];

    private final int[] lengths = new int[MOST];

    Messages(Arena arena, int domain) {
        this.domain = domain;
        headers = arena.allocate((long) MOST * Mmsghdr.SIZE, Long.BYTES);
        vectors = Iovec.allocate(arena, MOST);
        names = arena.allocate((long) MOST * NAME_BYTES, Long.BYTES);
        controls = arena.allocate((long) MOST * CONTROL_BYTES, Long.BYTES);
        for (long i = 0; i < MOST; i++) {
            headers.set(JAVA_LONG, i * Mmsghdr.SIZE + Msghdr.MSG_IOV, vectors.address() + i * Iovec.SIZE);
            headers.set(JAVA_LONG, i * Mmsghdr.SIZE + Msghdr.MSG_IOVLEN, 1);
        }
    }

    /// Makes a message ready to be received into a piece of memory.
    void receive(int index, long address, int length) {
        long header = (long) index * Mmsghdr.SIZE;
        memory(index, address, length);
        headers.set(JAVA_LONG, header + Msghdr.MSG_NAME, name(index));
        headers.set(JAVA_INT, header + Msghdr.MSG_NAMELEN, NAME_BYTES);
        headers.set(JAVA_LONG, header + Msghdr.MSG_CONTROL, control(index));
        headers.set(JAVA_LONG, header + Msghdr.MSG_CONTROLLEN, CONTROL_BYTES);
    }

    /// Whole length of a message that has been received.
    int length(int index) {
        return headers.get(JAVA_INT, (long) index * Mmsghdr.SIZE + Mmsghdr.MSG_LEN);
    }

    /// Size of the segments that the kernel has merged into a message; 0 if it is one datagram.
    int segment(int index) {
        long control = (long) index * CONTROL_BYTES;
        boolean any = headers.get(JAVA_LONG, (long) index * Mmsghdr.SIZE + Msghdr.MSG_CONTROLLEN) >= Cmsghdr.SIZE;
        return any
                        && controls.get(JAVA_INT, control + Cmsghdr.CMSG_LEVEL) == Constants.SOL_UDP
                        && controls.get(JAVA_INT, control + Cmsghdr.CMSG_TYPE) == Constants.UDP_GRO
                ? controls.get(JAVA_INT, control + Cmsghdr.SIZE)
                : 0;
    }

    /// The sender of a message.
    void sender(int index, Peer into) {
        SockaddrStorage.get(names, (long) index * NAME_BYTES, into, domain);
    }

    /// Makes a message ready to be sent.
    ///
    /// @param segment how long each datagram is that the kernel shall cut it into; 0 for one datagram
    /// @param to null for the connected peer
    void send(int index, long address, int length, int segment, @Nullable Peer to) {
        long header = (long) index * Mmsghdr.SIZE;
        memory(index, address, length);
        int size = to == null ? 0 : SockaddrStorage.put(names, (long) index * NAME_BYTES, to, domain);
        headers.set(JAVA_LONG, header + Msghdr.MSG_NAME, to == null ? 0 : name(index));
        headers.set(JAVA_INT, header + Msghdr.MSG_NAMELEN, size);
        headers.set(JAVA_LONG, header + Msghdr.MSG_CONTROL, segment == 0 ? 0 : control(index));
        headers.set(JAVA_LONG, header + Msghdr.MSG_CONTROLLEN, segment == 0 ? 0 : CONTROL_BYTES);
        if (segment != 0) {
            cut(index, segment);
        }
        datagrams[index] = segment == 0 ? 1 : (length + segment - 1) / segment;
        lengths[index] = length;
    }

    /// How many datagrams the first messages are that have been made ready to be sent.
    int datagrams(int messages) {
        return sum(datagrams, messages);
    }

    /// How many bytes they have.
    int bytes(int messages) {
        return sum(lengths, messages);
    }

    private static int sum(int[] of, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += of[i];
        }
        return sum;
    }

    private void cut(int index, int bytes) {
        long control = (long) index * CONTROL_BYTES;
        controls.set(JAVA_LONG, control + Cmsghdr.CMSG_LEN, Cmsghdr.SIZE + Short.BYTES);
        controls.set(JAVA_INT, control + Cmsghdr.CMSG_LEVEL, Constants.SOL_UDP);
        controls.set(JAVA_INT, control + Cmsghdr.CMSG_TYPE, Constants.UDP_SEGMENT);
        controls.set(JAVA_SHORT, control + Cmsghdr.SIZE, (short) bytes);
    }

    private void memory(int index, long address, int length) {
        vectors.set(JAVA_LONG, (long) index * Iovec.SIZE + Iovec.IOV_BASE, address);
        vectors.set(JAVA_LONG, (long) index * Iovec.SIZE + Iovec.IOV_LEN, length);
    }

    private long name(int index) {
        return names.address() + (long) index * NAME_BYTES;
    }

    private long control(int index) {
        return controls.address() + (long) index * CONTROL_BYTES;
    }
}
