package dev.tandem.storage.clean;

/**
 * One kind of background work. A run looks for what there is to do and does it in bounded steps; what is left, or fails,
 * is found again by the next run, so that nothing of a pass needs to be stored.
 */
public interface CleaningPass {

    /** What the pass is called in the log: a noun, "retention". */
    String name();

    /**
     * Does what there is to do now. May block: only other passes wait for it.
     *
     * @throws InterruptedException when the cleaner is being closed; a pass lets it through
     */
    void run(CleaningRound round) throws InterruptedException;
}
