package dev.sluice.actors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.pekko.ConfigurationException;

/// Sees to it that Pekko is at least as new as the one that this module was compiled against: an older one
/// would fail later, with a method that is not there. Pekko checks only its own modules against each other.
final class PekkoVersions {
    private PekkoVersions() {}

    static void check(String running) {
        check(running, compiledAgainst());
    }

    /// Within a major version Pekko keeps what there is, so a newer minor version will do.
    static void check(String running, String compiledAgainst) {
        boolean fits = part(running, 0) == part(compiledAgainst, 0) && part(running, 1) >= part(compiledAgainst, 1);
        if (!fits) {
            throw new ConfigurationException("sluice-actors was compiled against Pekko " + compiledAgainst
                    + " and finds Pekko " + running + ". Something in the build asks for that version: ask for "
                    + compiledAgainst + " or a later " + part(compiledAgainst, 0)
                    + ".x of all modules of Pekko, or use the sluice-actors that belongs to " + running);
        }
    }

    /// A part of a version such as `1.7.0` or `1.8.0-M1`.
    private static int part(String version, int index) {
        String[] parts = version.split("[.+-]", -1);
        try {
            return Integer.parseInt(parts[index]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new ConfigurationException("cannot read the version of Pekko, " + version, e);
        }
    }

    private static String compiledAgainst() {
        try (var in = PekkoVersions.class.getResourceAsStream("pekko.version")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
