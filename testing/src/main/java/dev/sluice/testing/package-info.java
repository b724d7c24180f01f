/// What the tests of several modules share.
@NullMarked
package dev.sluice.testing;

import org.jspecify.annotations.NullMarked;
