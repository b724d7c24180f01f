package dev.sluice.testing;

import java.util.Random;

/// Generated cases: each has a seed of its own, which a failure tells. `-Dsluice.seed=…` runs that one alone.
public final class Cases {
    private static final String SEED = System.getProperty("sluice.seed");

    private Cases() {}

    /// What is done with one case.
    public interface Check {
        void run(Random random) throws Exception;
    }

    public static void each(int count, Check check) {
        if (SEED != null) {
            run(Long.parseLong(SEED), check);
            return;
        }
        long first = System.nanoTime();
        for (int i = 0; i < count; i++) {
            run(first + i, check);
        }
    }

    private static void run(long seed, Check check) {
        try {
            check.run(new Random(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dsluice.seed=" + seed + ": " + e.getMessage(), e);
        }
    }
}
