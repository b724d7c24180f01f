package dev.sluice.bench.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table of text, for a terminal and for Markdown. The first column is the rows' name.
record Table(List<Column> columns) {
    private static final String GAP = "  ";

    /// @param above the first line of the heading, may be empty
    /// @param rank where the table is too wide, columns of a low rank are left out first
    record Column(String above, String heading, int rank, List<String> cells) {
        int width() {
            return Math.max(
                    Math.max(above.length(), heading.length()),
                    cells.stream().mapToInt(String::length).max().orElse(0));
        }

        /// The heading in one line.
        String name() {
            return (above + " " + heading).strip();
        }

        private String padded(String text, boolean first) {
            var padding = " ".repeat(width() - text.length());
            return first ? text + padding : padding + text;
        }
    }

    /// Prints what has room, and names the columns that have not.
    void print(PrintWriter out, int width) {
        var shown = new ArrayList<>(columns);
        while (shown.size() > 1 && width(shown) > width) {
            shown.remove(shown.stream()
                    .skip(1)
                    .min(Comparator.comparingInt(Column::rank))
                    .orElseThrow());
        }
        out.println(line(shown, Column::above));
        out.println(line(shown, Column::heading));
        for (var row = 0; row < rows(); row++) {
            var at = row;
            out.println(line(shown, column -> column.cells().get(at)));
        }
        if (shown.size() < columns.size()) {
            out.println(columns.stream()
                    .filter(column -> !shown.contains(column))
                    .map(Column::name)
                    .collect(Collectors.joining(", ", "(no room for: ", ")")));
        }
    }

    /// @param strong whether the row of that name stands out
    String markdown(Predicate<String> strong) {
        var text = new StringBuilder(row(columns.stream().map(Column::name).toList()))
                .append("|---|")
                .append("--:|".repeat(columns.size() - 1))
                .append('\n');
        for (var row = 0; row < rows(); row++) {
            var at = row;
            var mark = strong.test(columns.getFirst().cells().get(row)) ? "**" : "";
            text.append(row(columns.stream()
                    .map(column -> mark + escaped(column.cells().get(at)) + mark)
                    .toList()));
        }
        return text.toString();
    }

    private int rows() {
        return columns.getFirst().cells().size();
    }

    private static int width(List<Column> columns) {
        return columns.stream().mapToInt(Column::width).sum() + GAP.length() * (columns.size() - 1);
    }

    private static String line(List<Column> columns, Function<Column, String> text) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> columns.get(i).padded(text.apply(columns.get(i)), i == 0))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|");
    }
}
