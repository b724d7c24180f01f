package dev.sluice.actors;

import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ResumeWriting;
import dev.sluice.actors.Tcp.SimpleWriteCommand;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteCommand;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;

/// The writing side of a connection, on its loop: a bounded queue of writes, in order, each of which ends in
/// its ack, in [CommandFailed], or with the connection.
///
/// A write goes to the system at once. What the system does not take waits, up to a bound in bytes beyond the
/// write that is under way; what waits leaves in gathered calls. A write beyond the bound is refused as a
/// whole, and, unless the handler wants it otherwise, suspends writing until [ResumeWriting].
final class Outgoing implements Waiter {
    /// What a queued part costs beside its bytes, so that empty ones are bounded, too.
    private static final int PART_BYTES = 64;

    /// How much is written before other connections have a turn, and gathered at most.
    private static final int TURN_BYTES = 1024 * 1024;

    private final TcpConnection connection;
    private final StreamSocket socket;
    private final EventLoop loop;
    private final ActorRef self;
    private final long bound;
    private final TcpExt tcp;
    private final Runnable flush = this::flush;
    private final Runnable flushOn = this::flushOn;

    /// Whether [#flushOn] is on its way, after a turn that was long enough.
    private boolean yielded;

    /// What is not all with the system yet; the first one is under way.
    private final ArrayDeque<Part> queue = new ArrayDeque<>();

    /// The cost of all but the first.
    private long queuedBytes;

    /// Bytes of the first parts of the queue, and of some before them that are finished.
    private ByteString gathered = ByteString.empty();

    /// Where in these the first part begins.
    private int begun;

    /// How many of these the system has.
    private int taken;

    private boolean useResumeWriting = true;
    private boolean suspended;

    /// Who is to be told when writing is worth while again.
    private @Nullable Resumer resumer;

    /// The file that is being sent; null if none is.
    private @Nullable FileTransfer transfer;

    private record Resumer(ResumeWriting command, ActorRef sender) {}

    /// A simple write on its way.
    private static final class Part {
        final SimpleWriteCommand command;
        final Whole whole;

        /// For a file, once it has been opened.
        @Nullable
        OpenFile file;

        Part(SimpleWriteCommand command, Whole whole) {
            this.command = command;
            this.whole = whole;
        }

        long cost() {
            return Outgoing.cost(command);
        }
    }

    /// The command that a part belongs to.
    private static final class Whole {
        final WriteCommand command;
        final ActorRef writer;

        /// Parts whose files are to be opened before any of the command is sent; empty when they are.
        final List<Part> unopened = new ArrayList<>();

        boolean opening;

        Whole(WriteCommand command, ActorRef writer) {
            this.command = command;
            this.writer = writer;
        }

        boolean isOpened() {
            return unopened.isEmpty();
        }
    }

    Outgoing(TcpConnection connection, TcpExt tcp, StreamSocket socket, long bound) {
        this.connection = connection;
        this.tcp = tcp;
        this.socket = socket;
        this.loop = socket.loop();
        this.self = connection.getSelf();
        this.bound = bound;
    }

    void useResumeWriting(boolean use) {
        useResumeWriting = use;
    }

    boolean isBusy() {
        return !queue.isEmpty();
    }

    private static long cost(SimpleWriteCommand command) {
        return command instanceof Write write ? write.data().size() + (long) PART_BYTES : PART_BYTES;
    }

    /// Takes a write, or refuses it as a whole.
    void write(WriteCommand command, ActorRef writer) {
        if (suspended) {
            refuse(command, writer, "writing is suspended until ResumeWriting");
        } else if (isBusy() && queuedBytes + cost(command) > bound) {
            suspended = useResumeWriting;
            refuse(command, writer, "the write queue is full");
        } else if (command instanceof Write write && !isBusy()) {
            writeAtOnce(write, writer);
        } else {
            enqueue(command, writer);
        }
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

    private void refuse(Tcp.Command command, ActorRef sender, String why) {
        FlightEvents.refused(self, why);
        sender.tell(new CommandFailed(command, new RefusedException(why), self), self);
    }

    private void writeAtOnce(Write write, ActorRef writer) {
        var data = write.data();
        int n = 0;
        try {
            while (n < data.size() && n < TURN_BYTES) {
                int more = socket.write(data, n);
                if (more == StreamSocket.WOULD_BLOCK) {
                    break;
                }
                n += more;
            }
        } catch (IOException | RuntimeException e) {
            queue.add(new Part(write, new Whole(write, writer))); // it ends with the connection
            connection.lost(e);
            return;
        }
        connection.wrote(n);
        if (n == data.size()) {
            ack(write, writer);
            return;
        }
        queue.add(new Part(write, new Whole(write, writer)));
        gathered = data;
        taken = n;
        if (n < TURN_BYTES) {
            flush();
        } else {
            yieldTurn();
        }
    }

    private void ack(SimpleWriteCommand command, ActorRef writer) {
        if (command.wantsAck()) {
            writer.tell(command.ack(), self);
        }
    }

    private void enqueue(WriteCommand command, ActorRef writer) {
        boolean idle = !isBusy();
        var whole = new Whole(command, writer);
        for (var simple : command.parts()) {
            var part = new Part(simple, whole);
            if (!(simple instanceof Write)) {
                whole.unopened.add(part);
            }
            if (isBusy()) {
                queuedBytes += part.cost();
            }
            queue.add(part);
        }
        if (idle) {
            connection.wrote();
            flush();
        }
    }

    /// Opens the files of the command whose turn it is where that may wait for a disk, before any of it is
    /// sent.
    private void open(Whole whole) {
        if (whole.opening) {
            return;
        }
        whole.opening = true;
        var commands = whole.unopened.stream().map(part -> part.command).toList();
        tcp.files().execute(() -> {
            var opened = new ArrayList<OpenFile>();
            try {
                for (var command : commands) {
                    opened.add(OpenFile.open(command));
                }
                loop.execute(() -> opened(whole, opened));
            } catch (IOException | RuntimeException e) {
                opened.forEach(OpenFile::close);
                loop.execute(() -> notOpened(whole, e));
            }
        });
    }

    private void opened(Whole whole, List<OpenFile> files) {
        if (connection.isReleasing()) {
            files.forEach(OpenFile::close);
            return;
        }
        for (int i = 0; i < files.size(); i++) {
            whole.unopened.get(i).file = files.get(i);
        }
        whole.unopened.clear();
        flush();
    }

    /// None of the command has been sent, nor will be.
    private void notOpened(Whole whole, Exception why) {
        if (connection.isReleasing()) {
            return;
        }
        queue.removeIf(part -> part.whole == whole);
        recount();
        whole.writer.tell(new CommandFailed(whole.command, why, self), self);
        flushOrDrained();
    }

    private void flushOrDrained() {
        if (isBusy()) {
            flush();
        } else {
            drained();
        }
    }

    private void recount() {
        queuedBytes = 0;
        for (var part : queue) {
            queuedBytes += part.cost();
        }
        var first = queue.peek();
        queuedBytes -= first == null ? 0 : first.cost();
    }

    @Override
    public void wake() {
        if (loop.inLoop()) {
            flush();
        } else {
            loop.execute(flush);
        }
    }

    private void yieldTurn() {
        yielded = true;
        loop.executeNextTurn(flushOn);
    }

    private void flushOn() {
        yielded = false;
        flush();
    }

    /// Writes what waits, as far as the system takes it.
    private void flush() {
        if (connection.isReleasing() || transfer != null || yielded || queue.isEmpty()) {
            return;
        }
        try {
            flushTurn();
        } catch (IOException | RuntimeException e) {
            connection.lost(e);
        }
    }

    private void flushTurn() throws IOException {
        long left = TURN_BYTES;
        for (var first = queue.peek(); first != null; first = queue.peek()) {
            if (!first.whole.isOpened()) {
                open(first.whole);
                return;
            }
            if (first.file != null) {
                send(first.file);
                return;
            }
            if (left <= 0) {
                yieldTurn();
                return;
            }
            int n = writeGathered();
            if (n != StreamSocket.WOULD_BLOCK) {
                left -= n;
            } else if (socket.output().await(this)) {
                return;
            }
        }
        drained();
    }

    private int writeGathered() throws IOException {
        if (taken == gathered.size()) {
            gather();
        }
        int n = taken < gathered.size() ? socket.write(gathered, taken) : 0;
        if (n > 0) {
            connection.wrote(n);
        }
        if (n != StreamSocket.WOULD_BLOCK) {
            taken += n;
            finishParts();
        }
        return n;
    }

    /// The bytes of the next turn, up to the next file.
    private void gather() {
        var parts = new ArrayList<ByteString>();
        long sum = 0;
        for (var part : queue) {
            if (!(part.command instanceof Write write) || !part.whole.isOpened()) {
                break;
            }
            sum += write.data().size();
            if (sum > TURN_BYTES && !parts.isEmpty()) {
                break;
            }
            parts.add(write.data());
        }
        gathered = parts.size() == 1 ? parts.getFirst() : ByteString.concat(parts);
        begun = 0;
        taken = 0;
    }

    /// Tells the writers of the parts that the system has now.
    private void finishParts() {
        for (var first = queue.peek(); first != null && first.whole.isOpened(); first = queue.peek()) {
            if (!(first.command instanceof Write write) || write.data().size() > taken - begun) {
                return;
            }
            begun += write.data().size();
            finish(first);
        }
    }

    private void finish(Part part) {
        queue.remove();
        var next = queue.peek();
        if (next != null) {
            queuedBytes -= next.cost(); // it is under way now
        }
        ack(part.command, part.whole.writer);
    }

    /// Bytes of a file are with the system. On any thread.
    void progress() {
        connection.wrote();
    }

    private void send(OpenFile file) {
        var sending = new FileTransfer(file, socket, tcp, this);
        transfer = sending;
        sending.start();
    }

    /// A file is with the system, all of the range; or why not.
    void sent(FileTransfer finished, @Nullable Exception why) {
        loop.execute(() -> {
            finished.close();
            if (transfer != finished || connection.isReleasing()) {
                return;
            }
            transfer = null;
            if (why != null) {
                connection.lost(why);
                return;
            }
            connection.wrote(finished.file().count());
            var first = queue.peek();
            if (first != null) {
                finish(first);
            }
            flushOrDrained();
        });
    }

    void resume(ResumeWriting command, ActorRef sender) {
        if (resumer != null) {
            refuse(command, sender, "another ResumeWriting has not been answered yet");
        } else if (isBusy()) {
            resumer = new Resumer(command, sender);
        } else {
            suspended = false;
            sender.tell(new WritingResumed(self), self);
        }
    }

    private void drained() {
        gathered = ByteString.empty();
        begun = 0;
        taken = 0;
        var waiting = resumer;
        if (waiting != null) {
            resumer = null;
            suspended = false;
            waiting.sender().tell(new WritingResumed(self), self);
        }
        connection.drained();
    }

    /// Nothing more can be written: who waits to write again waits in vain.
    void closing() {
        var waiting = resumer;
        if (waiting != null) {
            resumer = null;
            refuse(waiting.command(), waiting.sender(), "the connection is closing");
        }
    }

    /// The connection ends: nothing is sent any more.
    ///
    /// @param told gets the writers of what was not sent
    void drop(Set<ActorRef> told) {
        for (var part : queue) {
            told.add(part.whole.writer);
            if (part.file != null && (transfer == null || transfer.file() != part.file)) {
                part.file.close();
            }
        }
        queue.clear();
        if (transfer != null) {
            transfer.close();
        }
        closing();
    }
}
