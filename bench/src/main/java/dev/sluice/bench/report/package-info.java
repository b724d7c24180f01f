/// From what a benchmark measured to what a person reads: a table in the terminal, `results.json`, CSV, a
/// Markdown page and its pictures. [Report] is the way in; [Summary] is what all of them show.
@NullMarked
package dev.sluice.bench.report;

import org.jspecify.annotations.NullMarked;
