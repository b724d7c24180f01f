package dev.sluice.bench.report;

import java.util.Locale;

/// Writes one picture: a card with its own background, so that it can be read on any page, light or dark. The
/// colours are those of Okabe and Ito, which differ to every eye. Units are pixels, from the upper left corner.
final class Svg {
    private static final String STYLE = """
            text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #24292f; }
            .title { font-size: 16px; font-weight: 600; }
            .own { font-weight: 600; }
            .small, .note { font-size: 12px; fill: #57606a; }
            .tint { font-weight: 600; fill: currentColor; }
            .end { text-anchor: end; }
            .middle { text-anchor: middle; }
            .card { fill: #ffffff; stroke: #d0d7de; }
            .grid { stroke: #e4e8ec; }
            .axis { stroke: #8c959f; }
            .gap { fill: #ffffff; }
            .sockets { color: #0072b2; }
            .futures { color: #009e73; }
            .actors { color: #d55e00; }
            .sluice { color: #cc79a7; }
            .floor { color: #24292f; }
            .other { color: #a4adb6; }
            .second { opacity: 0.6; }
            .bar { fill: currentColor; }
            .ghost { fill: none; stroke: currentColor; stroke-dasharray: 3 2; }
            .whisker { stroke: #24292f; stroke-width: 1.25; fill: none; }
            .line { stroke: currentColor; stroke-width: 1.25; fill: none; stroke-linejoin: round; }
            .line.own { stroke-width: 2.75; }
            .line.floor { stroke-width: 2; }
            .line.second { stroke-width: 1.75; }
            .before { stroke-dasharray: 5 4; opacity: 0.55; }
            .leader { stroke: currentColor; fill: none; opacity: 0.5; }
            .reference { stroke: #24292f; stroke-dasharray: 4 3; }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3; }
              .small, .note { fill: #9aa4af; }
              .card { fill: #0d1117; stroke: #30363d; }
              .grid { stroke: #21262d; }
              .axis { stroke: #6e7681; }
              .gap { fill: #0d1117; }
              .sockets { color: #56b4e9; }
              .futures { color: #2fc79a; }
              .actors { color: #f08a4b; }
              .sluice { color: #e39ac2; }
              .floor { color: #e6edf3; }
              .other { color: #6e7781; }
              .whisker, .reference { stroke: #e6edf3; }
            }
            """;

    private final StringBuilder out = new StringBuilder();

    /// @param title what is told to those who cannot see it
    Svg(double width, double height, String title) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\" role=\"img\">",
                width, height, width, height);
        add("<title>%s</title>", title);
        add("<style>\n%s</style>", STYLE);
        add("<rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"%s\" height=\"%s\" rx=\"6\"/>", width - 1, height - 1);
    }

    /// The colour of a peer: each face has its own, with less weight off `linux`; all others share one.
    static String look(String peer) {
        var face = peer.split("[:-]", 2)[0];
        return switch (face) {
            case Summary.FLOOR -> "floor";
            case "sockets", "futures", "actors" ->
                "own " + (peer.startsWith("actors-") ? "sluice" : face) + (peer.endsWith(":nio") ? " second" : "");
            default -> "other";
        };
    }

    static boolean isOwn(String peer) {
        return look(peer).startsWith("own");
    }

    void rect(String look, double x, double y, double width, double height) {
        add(
                "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
                look, x, y, Math.max(0, width), height);
    }

    void line(String look, double x1, double y1, double x2, double y2) {
        add("<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>", look, x1, y1, x2, y2);
    }

    void path(String look, CharSequence steps) {
        add("<path class=\"%s\" d=\"%s\"/>", look, steps);
    }

    void text(String look, double x, double y, String text) {
        add("<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>", look, x, y, text);
    }

    String end() {
        return out + "</svg>\n";
    }

    /// A coordinate, to a tenth of a pixel.
    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replace(".0", "");
    }

    private void add(String element, Object... values) {
        var texts = new Object[values.length];
        for (var i = 0; i < values.length; i++) {
            texts[i] = values[i] instanceof Double value ? number(value) : escaped(values[i].toString());
        }
        out.append(element.formatted(texts)).append('\n');
    }

    /// What XML cannot hold is shown as a question mark.
    private static String escaped(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
