package dev.sluice.examples.futures;

import dev.sluice.futures.BufReader;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.TcpListener;
import dev.sluice.futures.TcpStream;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SubmissionPublisher;

/// Everybody's lines go to everybody else. A guest who does not read loses lines, and slows nobody down.
public final class ChatServer {
    private static final int LINES_PER_GUEST = 128;

    private record Said(TcpStream by, String line) {}

    private ChatServer() {}

    /// Serves on port 2324, or the one given.
    public static void main(String[] args) throws Exception {
        var listener = TcpListener.bind("127.0.0.1", args.length > 0 ? Integer.parseInt(args[0]) : 2324);
        System.out.println("listening on port " + listener.localAddress().getPort());
        try (var chat = new SubmissionPublisher<Said>(ForkJoinPool.commonPool(), LINES_PER_GUEST)) {
            listener.incoming().forEach(guest -> welcome(guest, chat).spawn()).await();
        }
    }

    private static PollFuture<Void> welcome(TcpStream guest, SubmissionPublisher<Said> chat) {
        var speaks = new BufReader<>(guest)
                .lines(1000)
                .forEach(line -> chat.offer(new Said(guest, line), ChatServer::missed));
        var hears = PollStream.from(chat)
                .filter(said -> said.by() != guest)
                .forEachAwait(said -> guest.writeString(said.line() + "\n"));
        return PollFuture.race(speaks, hears) // whichever ends first ends the visit
                .closing(guest)
                .onFailure(e -> System.err.println(guest.remoteAddress() + ": " + e.getMessage()));
    }

    private static boolean missed(Object guest, Said said) {
        System.err.println("a guest does not read, and misses a line");
        return false; // does not try again
    }
}
