/// The benchmark of whole servers: [Bench] is the command, [Peer] and [Workload] are what it knows, [Results]
/// is what it finds.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
