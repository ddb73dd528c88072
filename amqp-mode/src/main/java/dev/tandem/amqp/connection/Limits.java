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
     * Takes the client's answer: it may lower channels and frame size, 0 meaning "as proposed", and is free in
     * heartbeats.
     */
    Limits settle(ConnectionMethod.TuneOk answer) {
        return new Limits(
                settle("channel_max", answer.channelMax(), 1, channelMax, answer),
                settle("frame_max", answer.frameMax(), AmqpConfig.MIN_FRAME_MAX, frameMax, answer),
                answer.heartbeat());
    }

    private static int settle(String name, long asked, int lowest, int highest, ConnectionMethod.TuneOk answer) {
        if (asked == 0) {
            return highest;
        }
        if (asked < lowest) {
            throw new AmqpException(
                    ReplyCode.NOT_ALLOWED,
                    "negotiated " + name + " = " + asked + " is lower than the minimum allowed value (" + lowest + ")",
                    answer);
        }
        if (asked > highest) {
            throw new AmqpException(
                    ReplyCode.NOT_ALLOWED,
                    "negotiated " + name + " = " + asked + " is higher than the maximum allowed value (" + highest
                            + ")",
                    answer);
        }
        return (int) asked;
    }
}
