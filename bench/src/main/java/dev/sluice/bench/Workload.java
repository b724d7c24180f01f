package dev.sluice.bench;

import dev.sluice.bench.load.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a peer is put under.
sealed interface Workload {
    /// Those that a full run has.
    List<String> NAMES = List.of(
            "64x64x1",
            "64x64x16",
            "1x64x1",
            "8x65536x4",
            "1000x512x1",
            "churn",
            "idle",
            "growth",
            "active",
            "open",
            "udp",
            "loops2",
            "accept");

    /// How the name of [Idle] begins.
    String IDLE = "idle-";

    String name();

    /// Whether its servers all run at once, and have their load in turns. What is measured of others is not a matter of
    /// moments, or takes too much room.
    default boolean inTurns() {
        return switch (this) {
            case Closed _, Churn _, Loops _, Accept _ -> true;
            case Idle _, Active _, Open _, Datagrams _ -> false;
        };
    }

    /// An echo over TCP.
    sealed interface Echo extends Workload {
        /// How many event loops a server of our own may have.
        default int loops() {
            return 1;
        }

        /// How many descriptors a process needs for it.
        default int descriptors() {
            return 0;
        }
    }

    /// A closed loop.
    record Closed(Shape shape) implements Echo {
        @Override
        public String name() {
            return shape.toString();
        }

        @Override
        public int descriptors() {
            return shape.connections();
        }
    }

    /// Connect, echo once, close.
    record Churn(int atATime) implements Echo {
        @Override
        public String name() {
            return "churn";
        }
    }

    /// Connections that do nothing, and how much memory they take.
    record Idle(int connections) implements Echo {
        @Override
        public String name() {
            return IDLE + connections;
        }

        @Override
        public int descriptors() {
            return connections;
        }
    }

    /// A closed loop on some connections, beside many that do nothing.
    record Active(int idle, Shape shape) implements Echo {
        @Override
        public String name() {
            return "active";
        }

        @Override
        public int descriptors() {
            return idle + shape.connections();
        }
    }

    /// A fixed rate: half of what the first peer does in a closed loop.
    record Open(Shape shape) implements Echo {
        @Override
        public String name() {
            return "open";
        }
    }

    /// A closed loop on a server with several event loops, beside the same with one.
    record Loops(int loops, Shape shape) implements Echo {
        @Override
        public String name() {
            return "loops" + loops;
        }
    }

    /// A load on a server with several event loops, by the way in which connections come to their loops.
    ///
    /// @param of what the load is
    record Accept(int loops, Echo of) implements Echo {
        @Override
        public String name() {
            return "accept-" + of.name();
        }

        @Override
        public int descriptors() {
            return of.descriptors();
        }
    }

    /// Datagrams in one direction: who sends or receives them is measured.
    ///
    /// @param side `send` or `receive`
    /// @param mode `single`, a call for each; `batch`, a call for many; `run`, a call for many that the kernel
    ///     cuts and merges
    record Datagrams(String side, String mode) implements Workload {
        @Override
        public String name() {
            return "udp-" + side + "-" + mode;
        }
    }

    /// The workloads of a name.
    ///
    /// @throws IllegalArgumentException if there is none; says which there are
    static List<Workload> named(String name) {
        return switch (name) {
            case "churn" -> List.of(new Churn(16));
            case "idle" -> List.of(new Idle(10_000));
            case "growth" -> List.of(new Idle(1_000), new Idle(2_500), new Idle(5_000), new Idle(10_000));
            case "active" -> List.of(new Active(10_000, new Shape(100, 64, 1)));
            case "open" -> List.of(new Open(new Shape(64, 64, 1)));
            case "loops2" -> List.of(new Loops(2, new Shape(64, 64, 1)));
            case "accept" -> accept();
            case "udp" -> datagrams();
            default -> List.of(other(name));
        };
    }

    private static List<Workload> accept() {
        return List.of(new Accept(2, new Closed(new Shape(64, 64, 1))), new Accept(2, new Churn(16)));
    }

    private static List<Workload> datagrams() {
        var all = new ArrayList<Workload>();
        for (var side : List.of("send", "receive")) {
            for (var mode : List.of("single", "batch", "run")) {
                all.add(new Datagrams(side, mode));
            }
        }
        return all;
    }

    private static Workload other(String name) {
        if (Shape.isShape(name)) {
            return new Closed(Shape.of(name));
        }
        if (name.matches(IDLE + "[1-9]\\d{0,6}")) {
            return new Idle(Integer.parseInt(name.substring(IDLE.length())));
        }
        for (var one : Stream.concat(datagrams().stream(), accept().stream()).toList()) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        throw new IllegalArgumentException("there is no workload " + name + "; there are " + String.join(", ", NAMES)
                + ", any CONNECTIONSxBYTESxDEPTH, idle-CONNECTIONS, and udp-SIDE-MODE such as udp-send-run");
    }
}
