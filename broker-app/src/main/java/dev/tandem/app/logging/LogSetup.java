package dev.tandem.app.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.tandem.app.config.BrokerConfig.LogFormat;
import dev.tandem.app.config.BrokerConfig.LogLevel;
import org.slf4j.LoggerFactory;

/** Sends the log to standard error in the configured form. */
public final class LogSetup {
    /** Libraries whose information is noise to somebody who runs a broker. */
    private static final String[] LIBRARIES = {"org.apache.kafka", "io.netty", "io.vertx", "com.rabbitmq", "org.apache"
    };

    private LogSetup() {}

    /** Replaces whatever logging is set up. */
    public static void install(LogFormat format, LogLevel level) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();

        Encoder<ILoggingEvent> encoder = encoder(format);
        encoder.setContext(context);
        encoder.start();

        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.addFilter(new StopNoise());
        appender.start();

        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(level.name()));
        root.addAppender(appender);
        for (String library : LIBRARIES) {
            context.getLogger(library).setLevel(libraryLevel(level));
        }
    }

    private static Encoder<ILoggingEvent> encoder(LogFormat format) {
        if (format == LogFormat.HUMAN) {
            return new HumanEncoder();
        }
        var json = new JsonEncoder();
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.setWithContext(false);
        json.setWithMarkers(false);
        json.setWithMDC(false);
        json.setWithKVPList(false);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithFormattedMessage(true);
        return json;
    }

    private static Level libraryLevel(LogLevel level) {
        return switch (level) {
            case ERROR -> Level.ERROR;
            case WARN, INFO -> Level.WARN;
            case DEBUG -> Level.INFO;
            case TRACE -> Level.DEBUG;
        };
    }
}
