package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The file behind a `FileChannel`, for sendfile(2), which wants a descriptor.
///
/// The JDK keeps its own to itself, so this opens the same file again: a page of it is mapped, `/proc/self/maps`
/// names the file that the mapping is of, and the inode of what was opened by that name is compared. Where that
/// does not work, as with a file that has been deleted, bytes are sent from a mapping instead.
///
/// Belongs to the writing direction of one socket.
final class FileSource implements AutoCloseable {
    private static final int NO_FD = -1;
    private static final long LARGEST_MAPPING = 1 << 20;

    /// What the system sends in one call at most, sendfile(2); it refuses a range whose end no number can tell.
    private static final long LARGEST_SEND = 0x7fff_f000;

    private static final int ADDRESS_BASE = 16;

    /// Columns of a line of /proc/self/maps: address, perms, offset, dev, inode, path.
    private static final int COLUMNS = 6;

    final FileChannel channel;
    private final Sys sys;
    private final int fd;

    FileSource(Sys sys, FileChannel channel) throws IOException {
        this.sys = sys;
        this.channel = channel;
        this.fd = reopen(sys, channel);
    }

    private static int reopen(Sys sys, FileChannel channel) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var page = channel.map(MapMode.READ_ONLY, 0, Math.min(1, channel.size()), arena);
            var mapping = mappingAt(page.address());
            if (mapping == null) {
                return NO_FD;
            }
            int opened = sys.open(arena.allocateFrom(mapping[5]), Constants.O_RDONLY | Constants.O_CLOEXEC);
            if (opened < 0) {
                return NO_FD;
            }
            var inode = Files.getAttribute(Path.of("/proc/self/fd/" + opened), "unix:ino");
            if (inode.toString().equals(mapping[4])) {
                return opened;
            }
            sys.close(opened);
            return NO_FD;
        }
    }

    private static String @Nullable [] mappingAt(long address) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.split("\\s+", COLUMNS))
                    .filter(columns -> columns.length == COLUMNS && contains(columns[0], address))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static boolean contains(String range, long address) {
        int dash = range.indexOf('-');
        return Long.parseUnsignedLong(range.substring(0, dash), ADDRESS_BASE) <= address
                && address < Long.parseUnsignedLong(range.substring(dash + 1), ADDRESS_BASE);
    }

    /// Sends a range of the file.
    ///
    /// @return how many bytes, 0 if the file ends before `position`, or `-errno`
    long sendTo(int socket, long position, long count, MemorySegment errno) throws IOException {
        try (var arena = Arena.ofConfined()) {
            if (fd != NO_FD) {
                var offset = arena.allocateFrom(JAVA_LONG, position);
                return sys.sendfile(socket, fd, offset, Math.min(count, LARGEST_SEND), arena.allocate(Libc.CALL_STATE));
            }
            long length = Math.min(Math.min(count, LARGEST_MAPPING), channel.size() - position);
            if (length <= 0) {
                return 0;
            }
            MemorySegment mapped = channel.map(MapMode.READ_ONLY, position, length, arena);
            int sent = sys.send(socket, mapped.address(), (int) length, Constants.MSG_NOSIGNAL, errno);
            return Errno.EFAULT.is(sent) ? 0 : sent; // cut shorter between the look at its size and now
        }
    }

    @Override
    public void close() {
        if (fd != NO_FD) {
            sys.close(fd);
        }
    }
}
