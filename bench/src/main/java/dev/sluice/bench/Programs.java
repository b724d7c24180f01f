package dev.sluice.bench;

import dev.sluice.bench.Peer.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The commands of the programs that take part: those in Java run on the class path of this one, all with the
/// same flags; those in C are compiled when they are first needed.
///
/// @param directory where what is compiled goes
record Programs(Host host, Path directory) {
    /// The collector and its young generation are sized for programs that allocate next to nothing per message.
    /// Each full collection compacts: by default it leaves a few per cent of the dead where they are, which then
    /// count as live.
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xmn16m",
            "-XX:MarkSweepAlwaysCompactCount=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    List<String> java(String main, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return command;
    }

    /// The path of a program in C.
    String compiled(String name) throws Unavailable {
        if (!host.hasCompiler()) {
            throw new Unavailable("there is no C compiler (cc)");
        }
        var program = directory.resolve(name);
        try {
            if (!Files.exists(program)) {
                compile(name, program);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return program.toAbsolutePath().toString();
    }

    private void compile(String name, Path program) throws IOException, Unavailable {
        Files.createDirectories(directory);
        var source = directory.resolve(name + ".c");
        try (var in = Objects.requireNonNull(Programs.class.getResourceAsStream("/c/" + name + ".c"))) {
            Files.write(source, in.readAllBytes());
        }
        var log = directory.resolve(name + ".log");
        var compiler = new ProcessBuilder("cc", "-O2", "-o", program.toString(), source.toString(), "-lm")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (compiler.onExit().join().exitValue() != 0) {
            throw new Unavailable("cc cannot compile it, see " + log);
        }
    }
}
