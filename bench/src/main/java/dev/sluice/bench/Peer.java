package dev.sluice.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// A server to be measured: its name, and how its process is started.
///
/// @param isJava whether a JVM runs it
/// @param isOwn whether it is a face of Sluice, which can have several event loops
/// @param start its command
record Peer(String name, boolean isJava, boolean isOwn, Start start) {
    /// The floor.
    static final String FLOOR = "c";

    /// Every peer of the workloads over TCP; each prints `READY host:port` and serves until it is killed.
    ///
    /// Two beside the floor are floors for a part of what actors do: `c-fresh` reads into memory that is new each
    /// time, and `fork-join` hands each message to a pool of threads, and its answer back to the loop.
    static final List<Peer> ALL = List.of(
            new Peer(FLOOR, false, false, (programs, _) -> List.of(programs.compiled("c-epoll"), "0")),
            new Peer(
                    "c-fresh",
                    false,
                    false,
                    (programs, _) -> List.of(programs.compiled("c-epoll"), "0", "262144", "lt", "block", "12582912")),
            other("fork-join", "ReactorEcho", "0", "1", "fork-join"),
            face("sockets:linux"),
            face("sockets:nio"),
            face("futures:linux"),
            face("futures:nio"),
            face("actors:linux"),
            face("actors:nio"),
            face("actors-pool", "--handlers", "pool"),
            face("actors-default", "--handlers", "default"),
            face("actors-acks", "--acks"),
            other("netty-nio", "NettyEcho", "0", "nio"),
            other("netty-epoll", "NettyEcho", "0", "epoll"),
            other("netty-io_uring", "NettyEcho", "0", "io_uring"),
            other("vertx", "VertxEcho", "0"),
            other("vertx-nio", "VertxEcho", "0", "nio"),
            other("ktor", "KtorEcho", "0"),
            other("pekko", "PekkoEcho", "0"),
            other("pekko-acks", "PekkoEcho", "0", "acks"),
            other("threads", "ThreadsEcho", "0"),
            other("threads-channel", "ThreadsEcho", "0", "channel"),
            other("selector", "SelectorEcho", "0"));

    /// The peers of [Workload.Accept]: the floor, and the ways to spread connections over loops.
    static final List<Peer> OF_ACCEPTING = List.of(ALL.getFirst(), accepting("hand-over"), accepting("reuse-port"));

    /// The peers of the workloads over UDP.
    static final List<String> OF_DATAGRAMS = List.of(FLOOR, "sockets", "futures", "jdk", "netty");

    /// The command of a peer with so many event loops.
    interface Start {
        List<String> command(Programs programs, int loops) throws Unavailable;
    }

    /// A name is FACE:TRANSPORT, or FACE-STYLE on `linux`.
    private static Peer face(String name, String... more) {
        String face = name.replaceAll("[:-].*", "");
        String transport = name.contains(":") ? name.substring(name.indexOf(':') + 1) : "linux";
        return new Peer(name, true, true, (programs, loops) -> {
            var arguments = new ArrayList<>(List.of("echo", "--face", face, "--transport", transport));
            arguments.addAll(List.of("--loops", String.valueOf(loops)));
            Collections.addAll(arguments, more);
            return programs.java("dev.sluice.cli.Main", arguments);
        });
    }

    private static Peer accepting(String way) {
        return new Peer(
                way,
                true,
                true,
                (programs, loops) ->
                        programs.java("dev.sluice.bench.peers.ReactorEcho", List.of("0", String.valueOf(loops), way)));
    }

    private static Peer other(String name, String main, String... arguments) {
        return new Peer(
                name,
                true,
                false,
                (programs, _) -> programs.java("dev.sluice.bench.peers." + main, List.of(arguments)));
    }

    static boolean isKnown(String name) {
        return names().contains(name);
    }

    static List<String> names() {
        var echoing = Stream.concat(ALL.stream(), OF_ACCEPTING.stream()).map(Peer::name);
        return Stream.concat(echoing, OF_DATAGRAMS.stream()).distinct().toList();
    }

    /// It cannot run here; the text says why.
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String why) {
            super(why);
        }
    }
}
