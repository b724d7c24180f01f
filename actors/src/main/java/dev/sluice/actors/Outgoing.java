package dev.sluice.actors;

import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ResumeWriting;
import dev.sluice.actors.Tcp.SimpleWriteCommand;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteCommand;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.actors.WriteQueue.Part;
import dev.sluice.actors.WriteQueue.Whole;
import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.ActorRef;
import org.jspecify.annotations.Nullable;

/// The writing side of a connection, on its loop: takes writes or refuses them, and gives the system what it takes.
/// Each write ends in its ack, in [CommandFailed], or with the connection.
///
/// A write goes to the system at once. What the system does not take waits, up to a bound in bytes beyond the
/// write that is under way; what waits leaves in gathered calls. A write beyond the bound is refused as a
/// whole, and, unless the handler wants it otherwise, suspends writing until [ResumeWriting].
final class Outgoing implements Waiter {
    /// How much is written before other connections have a turn, and gathered at most.
    private static final int TURN_BYTES = 1024 * 1024;

    private final TcpConnection connection;
    private final StreamSocket socket;
    private final EventLoop loop;
    private final ActorRef self;
    private final TcpExt tcp;
    private final Runnable flush = this::flush;
    private final Runnable flushOn = this::flushOn;

    /// Whether [#flushOn] is on its way, after a turn that was long enough.
    private boolean yielded;

    private final WriteQueue queue;

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

    Outgoing(TcpConnection connection, TcpExt tcp, StreamSocket socket, long bound) {
        this.connection = connection;
        this.tcp = tcp;
        this.socket = socket;
        this.loop = socket.loop();
        this.self = connection.getSelf();
        this.queue = new WriteQueue(bound);
    }

    void useResumeWriting(boolean use) {
        useResumeWriting = use;
    }

    boolean isBusy() {
        return !queue.isEmpty();
    }

    /// Takes a write, or refuses it as a whole.
    void write(WriteCommand command, ActorRef writer) {
        if (suspended) {
            refuse(command, writer, "writing is suspended until ResumeWriting");
        } else if (!queue.hasRoomFor(command)) {
            suspended = useResumeWriting;
            refuse(command, writer, "the write queue is full");
        } else if (command instanceof Write write && !isBusy()) {
            writeAtOnce(write, writer);
        } else {
            enqueue(command, writer);
        }
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
            queue.add(write, writer); // it ends with the connection
            connection.lost(e);
            return;
        }
        connection.wrote(n);
        if (n == data.size()) {
            ack(write, writer);
            return;
        }
        queue.add(write, writer);
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
        queue.add(command, writer);
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
            } catch (IOException | RuntimeException e) {
                opened.forEach(OpenFile::close);
                Loops.answer(loop, () -> notOpened(whole, e));
                return;
            }
            if (!Loops.answer(loop, () -> opened(whole, opened))) {
                opened.forEach(OpenFile::close);
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
        queue.remove(whole);
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
        for (var first = queue.first(); first != null; first = queue.first()) {
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
        for (var first = queue.first(); first != null && first.whole.isOpened(); first = queue.first()) {
            if (!(first.command instanceof Write write) || write.data().size() > taken - begun) {
                return;
            }
            begun += write.data().size();
            finish(first);
        }
    }

    private void finish(Part part) {
        queue.removeFirst();
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

    /// A file is with the system, all of the range; or why not. On any thread.
    void sent(FileTransfer finished, @Nullable Exception why) {
        finished.close();
        Loops.answer(loop, () -> {
            if (transfer != finished || connection.isReleasing()) {
                return;
            }
            transfer = null;
            if (why != null) {
                connection.lost(why);
                return;
            }
            connection.wrote(finished.file().count());
            var first = queue.first();
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
