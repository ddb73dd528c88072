package dev.tandem.storage.producer;

/** What becomes of a batch that carries a producer's sequence. */
public sealed interface Verdict {

    /** The batch is next in order. */
    record Accept() implements Verdict {}

    /**
     * The batch was appended before and is still in the window.
     *
     * @param baseOffset where it was appended
     * @param timestampMillis the largest of its records' timestamps, -1 when that is not known
     */
    record Duplicate(long baseOffset, long timestampMillis) implements Verdict {}

    /**
     * The batch neither follows the last one nor is it in the window.
     *
     * @param expectedSequence the first sequence that would have been accepted
     */
    record OutOfOrder(int expectedSequence) implements Verdict {}

    /**
     * A producer with a higher epoch has taken over.
     *
     * @param currentEpoch its epoch
     */
    record Fenced(short currentEpoch) implements Verdict {}
}
