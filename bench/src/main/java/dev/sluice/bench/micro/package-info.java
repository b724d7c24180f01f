/// JMH for what is smaller than a socket: timers, waking a loop, from a mailbox to the kernel, polling. What
/// carries bytes is in `dev.sluice.bench.bytes`.
@NullMarked
package dev.sluice.bench.micro;

import org.jspecify.annotations.NullMarked;
