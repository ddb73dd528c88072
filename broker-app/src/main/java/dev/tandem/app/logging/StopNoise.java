package dev.tandem.app.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Drops what Kafka's coordinator logs as an error for each task that is waiting when it is told to end. A broker that is
 * stopped while it still loads groups has sixteen of them, each with a stack trace, and nothing is wrong.
 */
final class StopNoise extends Filter<ILoggingEvent> {
    private static final String EXCEPTION = RejectedExecutionException.class.getName();
    private static final String MESSAGE = "EventProcessor is closed.";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        // Some of it stands in the message alone.
        boolean named = String.valueOf(event.getFormattedMessage()).contains(EXCEPTION + ": " + MESSAGE);
        return named || isCausedByTheEnd(event.getThrowableProxy()) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private static boolean isCausedByTheEnd(@Nullable IThrowableProxy thrown) {
        for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
            if (EXCEPTION.equals(cause.getClassName()) && MESSAGE.equals(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }
}
