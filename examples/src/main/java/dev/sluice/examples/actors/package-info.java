/// Programs in the actor face.
@NullMarked
package dev.sluice.examples.actors;

import org.jspecify.annotations.NullMarked;
