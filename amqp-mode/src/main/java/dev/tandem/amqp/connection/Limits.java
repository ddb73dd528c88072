package dev.tandem.amqp.connection;

import dev.tandem.amqp.AmqpConfig;
import dev.tandem.amqp.method.ConnectionMethod;

/**
 * What client and server agreed on.
 *
 * @param heartbeatSeconds 0 for no heartbeats
 */
record Limits(int channelMax, int frameMax, int heartbeatSeconds) {

    /** The server's proposal. */
    static Limits proposed(AmqpConfig config) {
        return new Limits(
                config.channelMax(), config.frameMax(), (int) config.heartbeat().toSeconds());
    }

    /**
     * Takes the client's answer: it may lower channels and frame size, and is free in heartbeats. Where there is a limit, 0
     * asks for none and is refused, as in RabbitMQ.
     */
    Limits settle(ConnectionMethod.TuneOk answer) {
        return new Limits(
                settle("channel_max", channelMax, 1, answer.channelMax(), " (no limit)"),
                settle("frame_max", frameMax, AmqpConfig.MIN_FRAME_MAX, answer.frameMax(), ""),
                answer.heartbeat());
    }

    private static int settle(String name, int highest, int lowest, long asked, String zero) {
        if (asked != 0 && asked < lowest) {
            throw refusal(name + " = " + asked + " is lower than the minimum allowed value (" + lowest + ")");
        }
        if (asked == 0 || asked > highest) {
            throw refusal(name + " = " + asked + (asked == 0 ? zero : "")
                    + " is higher than the maximum allowed value (" + highest + ")");
        }
        return (int) asked;
    }

    /** Names the method that proposed, not the answer, as RabbitMQ does. */
    private static AmqpException refusal(String what) {
        return new AmqpException(
                ReplyCode.NOT_ALLOWED,
                "negotiated " + what,
                ConnectionMethod.CLASS_ID,
                ConnectionMethod.Tune.METHOD_ID);
    }
}
