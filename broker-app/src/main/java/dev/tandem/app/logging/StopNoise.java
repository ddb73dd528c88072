package dev.tandem.app.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.RejectedExecutionException;

/**
 * Drops what Kafka's coordinator logs as an error for each task that is waiting when it is told to end. A broker that is
 * stopped while it still loads groups has sixteen of them, each with a stack trace, and nothing is wrong.
 */
final class StopNoise extends Filter<ILoggingEvent> {
    private static final String EXCEPTION = RejectedExecutionException.class.getName();
    private static final String MESSAGE = "EventProcessor is closed.";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown != null && EXCEPTION.equals(thrown.getClassName()) && MESSAGE.equals(thrown.getMessage())
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }
}
