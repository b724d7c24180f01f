package dev.sluice.actors;

import dev.sluice.actors.Tcp.SimpleWriteCommand;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteFile;
import dev.sluice.actors.Tcp.WritePath;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A range of a file that is open and was as long as the range needs when it was opened.
record OpenFile(Path path, SeekableByteChannel channel, long position, long count) {
    private static final System.Logger LOG = System.getLogger(OpenFile.class.getName());

    static OpenFile open(SimpleWriteCommand command) throws IOException {
        return switch (command) {
            case WritePath it -> open(it.path(), it.position(), it.count());
            case WriteFile it -> open(Path.of(it.filePath()), it.position(), it.count());
            case Write _ -> throw new AssertionError("bytes are no file");
        };
    }

    private static OpenFile open(Path path, long position, long count) throws IOException {
        var channel = Files.newByteChannel(path, StandardOpenOption.READ);
        try {
            long size = channel.size();
            if (count > size - position) {
                throw new EOFException(
                        path + " has " + size + " bytes, too few for " + count + " from byte " + position + " on");
            }
            return new OpenFile(path, channel, position, count);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot close " + path, e);
        }
    }
}
