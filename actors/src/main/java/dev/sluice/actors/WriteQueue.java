package dev.sluice.actors;

import dev.sluice.actors.Tcp.SimpleWriteCommand;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteCommand;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;

/// The writes of a connection that the system has not all of yet, in order, each simple one a part. The first part is
/// under way; what the others cost is bounded. On the loop of the connection.
final class WriteQueue implements Iterable<WriteQueue.Part> {
    /// What a part costs beside its bytes, so that empty ones are bounded, too.
    private static final int PART_BYTES = 64;

    private final long bound;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();

    /// The cost of all but the first.
    private long waitingBytes;

    /// A simple write on its way.
    static final class Part {
        final SimpleWriteCommand command;
        final Whole whole;

        /// For a file, once it has been opened.
        @Nullable
        OpenFile file;

        private Part(SimpleWriteCommand command, Whole whole) {
            this.command = command;
            this.whole = whole;
        }
    }

    /// The command that a part belongs to.
    static final class Whole {
        final WriteCommand command;
        final ActorRef writer;

        /// Parts whose files are to be opened before any of the command is sent; empty when they are.
        final List<Part> unopened = new ArrayList<>();

        boolean opening;

        private Whole(WriteCommand command, ActorRef writer) {
            this.command = command;
            this.writer = writer;
        }

        boolean isOpened() {
            return unopened.isEmpty();
        }
    }

    /// @param bound of what waits beyond the part that is under way, in bytes
    WriteQueue(long bound) {
        this.bound = bound;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /// Whether all of a command can wait. What is under way does not count, so an empty queue takes any.
    boolean hasRoomFor(WriteCommand command) {
        return isEmpty() || waitingBytes + cost(command) <= bound;
    }

    private static long cost(WriteCommand command) {
        if (command instanceof SimpleWriteCommand simple) {
            return cost(simple);
        }
        long sum = 0;
        for (var part : command.parts()) {
            sum += cost(part);
        }
        return sum;
    }

    private static long cost(SimpleWriteCommand command) {
        return command instanceof Write write ? write.data().size() + (long) PART_BYTES : PART_BYTES;
    }

    void add(WriteCommand command, ActorRef writer) {
        var whole = new Whole(command, writer);
        for (var simple : command.parts()) {
            var part = new Part(simple, whole);
            if (!(simple instanceof Write)) {
                whole.unopened.add(part);
            }
            if (!isEmpty()) {
                waitingBytes += cost(simple);
            }
            parts.add(part);
        }
    }

    /// The part that is under way; null if there is none.
    @Nullable
    Part first() {
        return parts.peek();
    }

    void removeFirst() {
        parts.remove();
        var next = first();
        if (next != null) {
            waitingBytes -= cost(next.command); // it is under way now
        }
    }

    /// Removes all parts of a command.
    void remove(Whole whole) {
        parts.removeIf(part -> part.whole == whole);
        waitingBytes = 0;
        for (var part : parts) {
            waitingBytes += cost(part.command);
        }
        var first = first();
        waitingBytes -= first == null ? 0 : cost(first.command);
    }

    void clear() {
        parts.clear();
        waitingBytes = 0;
    }

    @Override
    public Iterator<Part> iterator() {
        return parts.iterator();
    }
}
