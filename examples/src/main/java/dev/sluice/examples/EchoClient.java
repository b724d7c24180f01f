package dev.sluice.examples;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.sockets.ByteReadChannel;
import dev.sluice.sockets.SelectorManager;
import java.io.IOException;
import java.time.Duration;

/// Sends what is typed and prints what comes; the two directions are two threads.
public final class EchoClient {
    private EchoClient() {}

    /// Connects to port 2323, or the one given, on this host.
    public static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 2323;
        try (var selector = SelectorManager.create();
                var socket = aSocket(selector)
                        .tcp()
                        .connect("localhost", port, o -> o.connectTimeout(Duration.ofSeconds(3)))) {
            var in = socket.openReadChannel();
            var out = socket.openWriteChannel();
            var printer = Thread.startVirtualThread(() -> print(in));
            for (String typed; (typed = IO.readln()) != null; ) {
                out.writeString(typed + "\n");
                out.flush(); // the system has it when this returns
            }
            out.flushAndClose(); // the server reads the end, and answers the rest
            printer.join(Duration.ofSeconds(5));
        }
    }

    private static void print(ByteReadChannel in) {
        try {
            for (String line; (line = in.readLine()) != null; ) {
                System.out.println("server: " + line);
            }
        } catch (IOException e) {
            System.err.println("lost: " + e.getMessage());
        }
    }
}
