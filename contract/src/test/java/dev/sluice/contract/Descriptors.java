package dev.sluice.contract;

import dev.sluice.testing.Eventually;
import java.io.File;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Objects;

/// How many descriptors this process has open, as /proc tells; but for the jars, of which a JVM opens one when it
/// first looks for a class there.
final class Descriptors {
    static {
        // With its first channel the JDK opens a socket of its own, which it keeps: not one that somebody forgot.
        try {
            SocketChannel.open().close();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Descriptors() {}

    static int open() {
        var numbers = Objects.requireNonNull(new File("/proc/self/fd").listFiles());
        return (int) Arrays.stream(numbers).filter(Descriptors::isNoJar).count();
    }

    private static boolean isNoJar(File number) {
        try {
            return !Files.readSymbolicLink(number.toPath()).toString().endsWith(".jar");
        } catch (IOException _) {
            return false; // closed by now
        }
    }

    /// Those that are on their way back are waited for.
    static void areBackTo(int baseline) {
        Eventually.until("descriptors are back to " + baseline, () -> open() <= baseline);
    }
}
