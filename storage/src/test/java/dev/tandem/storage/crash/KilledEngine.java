package dev.tandem.storage.crash;

import dev.tandem.storage.StorageConfig;
import dev.tandem.storage.StorageEngine;
import dev.tandem.storage.commit.Commit;
import dev.tandem.storage.commit.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * A process that commits until it is killed. It tells on its standard output how many commits it found, all of them
 * whole, then after each result how many are acknowledged.
 */
final class KilledEngine {
    private static final int OUTSTANDING = 200;

    private KilledEngine() {}

    /** Arguments: data directory, seed. */
    public static void main(String[] args) throws InterruptedException {
        long seed = Long.parseLong(args[1]);
        StorageEngine engine = StorageEngine.open(config(Path.of(args[0])));
        long held = StateCheck.appliedIn(engine);
        RandomCommits commits = RandomCommits.replay(seed, held);
        StateCheck.assertHolds(engine, commits.model());
        say("held " + held);

        var outstanding = new Semaphore(OUTSTANDING);
        ExecutorService owner = Executors.newSingleThreadExecutor();
        // Commits of one durability: their results come in order.
        Durability durability = held % 2 == 0 ? Durability.WRITTEN : Durability.SYNCED;
        while (true) {
            outstanding.acquire();
            var step = commits.next();
            long applied = commits.model().applied;
            engine.submit(new Commit(step.changes(), durability, owner, result -> {
                if (!step.predicts(result)) {
                    say("mismatch at " + step);
                    System.exit(1);
                }
                say("acknowledged " + applied);
                outstanding.release();
            }));
        }
    }

    /** Background work runs all the time, and is killed in the middle of it. */
    private static StorageConfig config(Path directory) {
        return StorageConfig.defaults(directory).withCleaningInterval(Duration.ofMillis(20));
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
