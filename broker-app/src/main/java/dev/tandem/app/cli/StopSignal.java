package dev.tandem.app.cli;

import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * Waits for Ctrl-C or SIGTERM.
 *
 * <p>The JVM's own handling would end with exit code 130 or 143 after its shutdown hooks; an orderly stop is no failure
 * and ends with 0. A second signal ends the process at once, and so does a stop that takes too long: everything
 * acknowledged is on disk by then.
 */
final class StopSignal {
    private static final int EXIT_IMPATIENT = 130;
    private static final int EXIT_STUCK = 1;
    private static final long STOP_LIMIT_MILLIS = 9_000;

    private final CountDownLatch received = new CountDownLatch(1);

    private StopSignal() {}

    static StopSignal install() {
        var stop = new StopSignal();
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(name), signal -> stop.receive());
        }
        return stop;
    }

    void await() {
        try {
            received.await();
        } catch (InterruptedException interrupted) {
            // Nobody but a debugger interrupts the main thread; stop as if signalled.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void receive() {
        if (received.getCount() == 0) {
            Runtime.getRuntime().halt(EXIT_IMPATIENT);
        }
        received.countDown();
        startWatchdog();
    }

    private static void startWatchdog() {
        new Timer("tandem-stop-watchdog", true)
                .schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                System.err.println("tandem: the stop took longer than " + STOP_LIMIT_MILLIS
                                        + " ms and was cut short; what was acknowledged is stored");
                                Runtime.getRuntime().halt(EXIT_STUCK);
                            }
                        },
                        STOP_LIMIT_MILLIS);
    }
}
