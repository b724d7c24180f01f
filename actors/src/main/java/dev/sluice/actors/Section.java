package dev.sluice.actors;

import com.typesafe.config.Config;
import java.time.Duration;

/// A section of the configuration. Values are checked when they are read, and what is wrong with one names its key.
///
/// @param path where it is, such as `sluice.io.tcp`
record Section(Config config, String path) {
    Section(String path, Config all) {
        this(all.getConfig(path), path);
    }

    Section section(String name) {
        return new Section(config.getConfig(name), path + "." + name);
    }

    String text(String key) {
        return config.getString(key);
    }

    /// A number of at least 1.
    int number(String key) {
        return positive(key, config.getInt(key));
    }

    /// A number of at least 1; `unlimited` is the largest one.
    int limit(String key) {
        return text(key).equals("unlimited") ? Integer.MAX_VALUE : number(key);
    }

    /// Bytes, at least 1.
    int bytes(String key) {
        return positive(key, config.getBytes(key));
    }

    /// Bytes, at least 1; `unlimited` is the largest number.
    long limitOfBytes(String key) {
        if (text(key).equals("unlimited")) {
            return Long.MAX_VALUE;
        }
        long bytes = config.getBytes(key);
        return bytes <= Integer.MAX_VALUE ? positive(key, bytes) : bytes;
    }

    private int positive(String key, long value) {
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    path + "." + key + " = " + value + " is not within 1 to " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /// How many bytes may wait to be sent; 0 for `one-write`, one write at a time.
    long writeBound() {
        return text("write-bound").equals("one-write") ? 0 : config.getBytes("write-bound");
    }

    /// `infinite` and `off` are zero: no limit.
    Duration timeout(String key) {
        String text = text(key);
        return text.equals("infinite") || text.equals("off") ? Duration.ZERO : config.getDuration(key);
    }
}
