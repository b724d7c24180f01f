package dev.sluice.actors;

import com.typesafe.config.Config;
import dev.sluice.reactor.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceDelegate;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.ForkJoinExecutorConfigurator;

/// The executor of a dispatcher for actors that event loops send messages to, and that do not run on one: Pekko's
/// fork-join pool, which is handed work once a turn of the loop in place of once a message.
///
/// ```
/// my-dispatcher {
///   executor = "dev.sluice.actors.HandlerExecutor"
///   fork-join-executor { ... }   # as always; what is not given is that of the default dispatcher
/// }
/// ```
///
/// To hand a message to a pool that is idle is to wake a thread, which costs more than to read the message did. So what
/// the events of a turn have for the pool goes there as one task, which spreads it over the pool's threads. What comes
/// from any other thread goes straight to the pool. `sluice.io.handler-dispatcher` has this executor, and the default
/// dispatcher gets it by `pekko.actor.default-dispatcher.executor`.
public final class HandlerExecutor extends ExecutorServiceConfigurator {
    private final ForkJoinExecutorConfigurator pool;

    /// As Pekko makes it.
    public HandlerExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        pool = new ForkJoinExecutorConfigurator(config.getConfig("fork-join-executor"), prerequisites);
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        var factory = pool.createExecutorServiceFactory(id, threads);
        return () -> new OncePerTurn(factory.createExecutorService());
    }

    /// Gathers what a loop has for a pool in a turn.
    static final class OncePerTurn implements ExecutorServiceDelegate {
        private final ExecutorService pool;

        /// What each loop has gathered; a list belongs to its loop.
        private final Map<EventLoop, List<Runnable>> gathered = new ConcurrentHashMap<>();

        OncePerTurn(ExecutorService pool) {
            this.pool = pool;
        }

        @Override
        public ExecutorService executor() {
            return pool;
        }

        @Override
        public void execute(Runnable task) {
            var loop = EventLoop.current();
            if (loop == null) {
                pool.execute(task);
                return;
            }
            var tasks = gathered.get(loop);
            if (tasks == null) {
                tasks = new ArrayList<>();
                gathered.put(loop, tasks);
                loop.executeNextTurn(() -> handOver(gathered.remove(loop)));
            }
            tasks.add(task);
        }

        private void handOver(List<Runnable> tasks) {
            pool.execute(tasks.size() == 1 ? tasks.getFirst() : () -> tasks.forEach(pool::execute));
        }
    }
}
