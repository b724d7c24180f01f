package dev.sluice.sockets;

import dev.sluice.reactor.Reactor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/// One way to run a test: a transport, and the kind of the threads that block.
record Setup(String transport, boolean virtual) {
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    /// Every transport that is available here; why another one is not is printed.
    static Stream<Setup> all() {
        return Stream.of("linux", "nio").filter(Setup::isAvailable).map(name -> new Setup(name, true));
    }

    /// Every transport, on virtual and on platform threads.
    static Stream<Setup> onBothKindsOfThreads() {
        return all().flatMap(it -> Stream.of(it, new Setup(it.transport(), false)));
    }

    private static boolean isAvailable(String transport) {
        try {
            Reactor.builder().transport(transport);
            return true;
        } catch (UnsupportedOperationException e) {
            if (TOLD.add(transport)) {
                System.out.println("SKIPPED the " + transport + " transport: " + e.getMessage());
            }
            return false;
        }
    }

    /// Without a watchdog, which tells of a machine that is slow.
    SelectorManager selector() {
        return SelectorManager.create(it -> it.transport(transport).loops(2).blockedAfter(Duration.ZERO));
    }

    boolean isLinux() {
        return transport.equals("linux");
    }

    /// Starts something on a thread of its own, of this kind.
    <T> Async<T> async(Callable<T> work) {
        var task = new FutureTask<>(work);
        var thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).unstarted(task);
        thread.start();
        return new Async<>(thread, task);
    }

    /// The same, of what returns nothing.
    Async<Void> run(Action work) {
        return async(() -> {
            work.run();
            return null;
        });
    }

    /// What may throw.
    interface Action {
        void run() throws Exception;
    }

    @Override
    public String toString() {
        return transport + (virtual ? "" : ", platform threads");
    }
}
