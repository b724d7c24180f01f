package dev.sluice.futures;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// What the library logs while this is open, of INFO and above.
final class Logged extends Handler {
    /// Kept here because the log manager does not.
    private static final Logger LOGGER = Logger.getLogger("dev.sluice");

    private final ConcurrentLinkedQueue<LogRecord> records = new ConcurrentLinkedQueue<>();

    Logged() {
        setLevel(Level.INFO);
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        records.add(record);
    }

    /// The lines of at least this level, with their parameters and, if there is one, the stack trace.
    List<String> lines(Level atLeast) {
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

    void forget() {
        records.clear();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOGGER.removeHandler(this);
    }
}
