/// The load generator: a process of its own that puts messages on an echo server, verifies what comes back, and
/// tells what that took. [Main] is the program; all of its work is done on one event loop.
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
