/// Programs in the futures face.
@NullMarked
package dev.sluice.examples.futures;

import org.jspecify.annotations.NullMarked;
