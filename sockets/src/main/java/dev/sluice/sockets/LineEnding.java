package dev.sluice.sockets;

/// What ends a line.
public enum LineEnding {
    /// LF, or CR LF. A CR that no LF follows is content.
    DEFAULT,

    /// LF, CR LF, or CR alone.
    LENIENT
}
