package dev.tandem.amqp.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** What Tandem's own code logs, and Netty about buffers that nobody released. */
final class LogLines extends AppenderBase<ILoggingEvent> {
    /** Warnings that a client may cause. */
    private static final List<String> WARRANTED = List.of(
            "login refused",
            "no open connection within",
            "does not speak AMQP",
            "connected to the AMQP port",
            "did not acknowledge delivery",
            "does not dead-letter at least once");

    private static final Pattern CHANNEL = Pattern.compile(" channel \\d+ closed");

    private final List<Logger> loggers = Stream.of("dev.tandem", "io.netty.util.ResourceLeakDetector")
            .map(name -> (Logger) LoggerFactory.getLogger(name))
            .toList();
    private final ConcurrentLinkedQueue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    void listen() {
        start();
        for (Logger logger : loggers) {
            logger.setLevel(Level.INFO);
            logger.setAdditive(false);
            logger.addAppender(this);
        }
    }

    void end() {
        for (Logger logger : loggers) {
            logger.detachAppender(this);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        events.add(event);
    }

    /** How many lines there were about the end of connections, those about their channels and logins left out. */
    long connectionsEnded() {
        return events.stream()
                .filter(event -> event.getLoggerName().startsWith("dev.tandem.amqp.connection"))
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> !line.contains("login refused")
                        && !CHANNEL.matcher(line).find())
                .count();
    }

    List<String> errors() {
        return events.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN) || event.getThrowableProxy() != null)
                .map(LogLines::withTrace)
                .map(line -> line.replaceAll("127\\.0\\.0\\.1:\\d+", "?"))
                .filter(line -> WARRANTED.stream().noneMatch(line::contains))
                .distinct()
                .toList();
    }

    private static String withTrace(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return event.getFormattedMessage() + (thrown == null ? "" : ": " + ThrowableProxyUtil.asString(thrown));
    }
}
