package dev.sluice.bench.load;

import dev.sluice.bench.Results.Latency;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a load has measured, as its program prints it: one line of JSON, the same from those in C and in Java.
/// The fields are those of [dev.sluice.bench.Results.Run].
public record Measured(
        double seconds,
        long messages,
        double serverCpuMicros,
        double loadCpuMicros,
        @Nullable Latency latency,
        @Nullable Double connectionBytes,
        long errors) {
    /// Reads a line that a program has printed.
    public static Measured of(String line) throws IOException {
        try {
            return JsonMapper.shared().readValue(line, Measured.class);
        } catch (JacksonException e) {
            throw new IOException("is no measurement: " + line, e);
        }
    }

    String line() {
        return JsonMapper.shared().writeValueAsString(this);
    }

    /// Of connections that do nothing: nothing else is measured.
    static Measured idle(double seconds, double connectionBytes, long errors) {
        return new Measured(seconds, 0, 0, 0, null, connectionBytes, errors);
    }
}
