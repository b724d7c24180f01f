package dev.sluice.bench.load;

import dev.sluice.reactor.StreamSocket;
import dev.sluice.reactor.Waiter;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// A connection to an echo server that sends what its pace says and verifies what comes back. One that fails is
/// closed and told to the tally. Lives on its socket's loop, and allocates nothing for a message.
final class Connection implements Waiter, Runnable {
    private final StreamSocket socket;
    private final int id;
    private final Messages messages;
    private final Pace pace;
    private final Tally tally;
    private final Consumer<Connection> then;

    /// Messages that are written whole, and how many bytes of the next.
    private long sent;

    private int sentBytes;

    /// Messages that have come back whole, and how many bytes of the next; of its header, what has come.
    private long answered;

    private int answeredBytes;
    private long header;

    /// Whether no message is begun any more, and whether that has been said to the server.
    private boolean finishing;

    private boolean finished;

    /// @param socket open, and from now on this connection's
    /// @param then looks at the connection whenever it has sent and received what it could, or failed
    Connection(StreamSocket socket, int id, Messages messages, Pace pace, Tally tally, Consumer<Connection> then) {
        this.socket = socket;
        this.id = id;
        this.messages = messages;
        this.pace = pace;
        this.tally = tally;
        this.then = then;
    }

    /// How many messages have come back.
    long answered() {
        return answered;
    }

    boolean isOpen() {
        return socket.isOpen();
    }

    void close() {
        socket.close();
    }

    /// Begins no more messages; ends its side when all have come back, and closes when the server does.
    void finish() {
        finishing = true;
        run();
    }

    @Override
    public void wake() {
        socket.loop().execute(this);
    }

    /// Sends and receives what it can, and waits for more.
    @Override
    public void run() {
        if (!socket.isOpen()) {
            return;
        }
        try {
            send(System.nanoTime());
            receive();
            if (finishing && !finished && socket.isOpen() && answered == sent && sentBytes == 0) {
                finished = true;
                socket.shutdownOutput();
            }
            if (socket.isOpen() && !socket.input().await(this)) {
                wake();
            }
        } catch (IOException e) {
            fail(e);
        }
        then.accept(this);
    }

    private void fail(IOException e) {
        tally.failed("connection " + id + ": " + e.getMessage());
        socket.close();
    }

    private void send(long nowNanos) throws IOException {
        long due = !finishing ? pace.due(answered, nowNanos) : sentBytes > 0 ? sent + 1 : sent;
        while (sent < due) {
            int n = messages.write(socket, id, sent, sentBytes, due);
            if (n == StreamSocket.WOULD_BLOCK) {
                if (!socket.output().await(this)) {
                    wake();
                }
                return;
            }
            long bytes = (long) sentBytes + n;
            sent += bytes / messages.size();
            sentBytes = (int) (bytes % messages.size());
        }
    }

    private void receive() throws IOException {
        while (true) {
            var received = messages.room();
            int n = socket.read(received);
            if (n == StreamSocket.WOULD_BLOCK) {
                return;
            }
            if (n == StreamSocket.END) {
                if (finished) {
                    socket.close();
                    return;
                }
                throw new EOFException("the server has closed it");
            }
            long now = System.nanoTime();
            verify(received.flip(), now);
            send(now);
        }
    }

    private void verify(ByteBuffer received, long nowNanos) throws ProtocolException {
        while (received.hasRemaining()) {
            if (answeredBytes < Messages.HEADER && !verifyHeader(received)) {
                return;
            }
            int length = Math.min(messages.size() - answeredBytes, received.remaining());
            if (messages.isChecked(id, answered) && !messages.matches(received, answeredBytes, length)) {
                throw new ProtocolException("message " + answered + " is not what was sent");
            }
            received.position(received.position() + length);
            answeredBytes += length;
            if (answeredBytes == messages.size()) {
                tally.answered(nowNanos - pace.dueNanos(answered));
                answered++;
                answeredBytes = 0;
            }
        }
    }

    /// @return false if part of it has not come yet
    private boolean verifyHeader(ByteBuffer received) throws ProtocolException {
        if (answeredBytes == 0 && received.remaining() >= Messages.HEADER) {
            header = received.getLong();
            answeredBytes = Messages.HEADER;
        }
        while (answeredBytes < Messages.HEADER) {
            if (!received.hasRemaining()) {
                return false;
            }
            header = header << Byte.SIZE | Byte.toUnsignedLong(received.get());
            answeredBytes++;
        }
        if (header != Messages.header(id, answered)) {
            throw new ProtocolException("message " + answered + " was due, and another one came");
        }
        return true;
    }
}
