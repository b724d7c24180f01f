package dev.sluice.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// What the library logs while this is open, of INFO and above.
public final class Logged implements AutoCloseable {
    /// Kept here because the log manager does not.
    private static final Logger LOGGER = Logger.getLogger("dev.sluice");

    private final ConcurrentLinkedQueue<LogRecord> records = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    public Logged() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
    }

    /// The lines of at least this level, with their parameters and, if there is one, the stack trace.
    public List<String> lines(Level atLeast) {
        var lines = new ArrayList<String>();
        for (var one : records) {
            if (one.getLevel().intValue() >= atLeast.intValue()) {
                var thrown = one.getThrown();
                lines.add(new SimpleFormatter().formatMessage(one)
                        + (thrown == null ? "" : " " + thrown + " " + List.of(thrown.getStackTrace())));
            }
        }
        return lines;
    }

    public void forget() {
        records.clear();
    }

    @Override
    public void close() {
        LOGGER.removeHandler(handler);
    }
}
