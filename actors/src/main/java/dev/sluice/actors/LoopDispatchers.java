package dev.sluice.actors;

import com.typesafe.config.ConfigFactory;
import dev.sluice.reactor.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.dispatch.Dispatcher;
import org.apache.pekko.dispatch.Dispatchers;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.ExecutorServiceFactoryProvider;
import org.apache.pekko.dispatch.MessageDispatcher;
import org.apache.pekko.dispatch.MessageDispatcherConfigurator;
import scala.jdk.javaapi.DurationConverters;

/// Pekko dispatchers whose executor is an event loop. What an actor on the loop sends to another one on it is a push
/// on a queue that belongs to the loop's thread.
final class LoopDispatchers {
    /// How the parent of all actors of a loop is called, before its number.
    private static final String PARENT = "loop-";

    private LoopDispatchers() {}

    static void register(Dispatchers dispatchers, EventLoop loop, int index, int throughput) {
        var configurator =
                new MessageDispatcherConfigurator(
                        dispatchers.config(id(index), ConfigFactory.empty()), dispatchers.prerequisites()) {
                    private final MessageDispatcher dispatcher = new Dispatcher(
                            this,
                            id(index),
                            throughput,
                            scala.concurrent.duration.Duration.Zero(), // no time limit beside the number of messages
                            new OnLoop(loop),
                            DurationConverters.toScala(Duration.ofSeconds(1)));

                    @Override
                    public MessageDispatcher dispatcher() {
                        return dispatcher;
                    }
                };
        dispatchers.registerConfigurator(id(index), configurator);
    }

    static String id(int index) {
        return "sluice.io." + PARENT + index;
    }

    /// The name of the parent of all actors of a loop.
    static String parentName(int index) {
        return PARENT + index;
    }

    /// The dispatcher that an actor of this library runs on.
    static String idOf(ActorRef connection) {
        String parent = connection.path().parent().name();
        if (!parent.startsWith(PARENT)) {
            throw new IllegalArgumentException(connection + " is no connection or listener of Sluice");
        }
        return "sluice.io." + parent;
    }

    private record OnLoop(EventLoop loop) implements ExecutorServiceFactoryProvider, ExecutorServiceFactory {
        @Override
        public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
            return this;
        }

        @Override
        public LoopExecutor createExecutorService() {
            return new LoopExecutor(loop);
        }
    }

    /// An event loop as an executor service. A loop is not shut down by those that run on it.
    private static final class LoopExecutor extends AbstractExecutorService {
        private final EventLoop loop;
        private volatile boolean shutdown;

        LoopExecutor(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
