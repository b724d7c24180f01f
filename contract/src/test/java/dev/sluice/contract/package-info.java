/// The behaviours that every transport shows: each test class runs once on every way to run the core.
@NullMarked
package dev.sluice.contract;

import org.jspecify.annotations.NullMarked;
