package dev.tandem.storage.commit;

/** Hears a commit's result, on the commit's executor. Must not throw. */
@FunctionalInterface
public interface CommitListener {
    void onResult(CommitResult result);
}
