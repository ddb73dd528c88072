package dev.tandem.storage.tool;

import java.io.PrintWriter;

/** The output: cells separated by tabs, and damage that was found on the way. */
final class Lines {
    private static final char FIRST_PRINTABLE = 0x20;
    private static final char DELETE = 0x7F;

    private final PrintWriter out;
    private int damages;

    Lines(PrintWriter out) {
        this.out = out;
    }

    /** One line. What clients named may hold anything, but it shall not steer the terminal. */
    void print(Object... cells) {
        for (int i = 0; i < cells.length; i++) {
            if (i > 0) {
                out.print('\t');
            }
            printSafely(String.valueOf(cells[i]));
        }
        out.println();
    }

    /** A line about damage. */
    void damage(String what) {
        damages++;
        print("DAMAGED", what);
    }

    int damages() {
        return damages;
    }

    boolean isSound() {
        return damages == 0;
    }

    void flush() {
        out.flush();
    }

    private void printSafely(String cell) {
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c >= FIRST_PRINTABLE && c != DELETE) {
                out.print(c);
            } else {
                out.print(String.format("\\x%02x", (int) c));
            }
        }
    }
}
