package dev.tandem.amqp.directreply;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The channels that wait for direct replies, by name. Safe for use from any thread. */
public final class DirectReplies {
    /** The queue that a client consumes from, and names in {@code reply-to}. */
    public static final String PSEUDO_QUEUE = "amq.rabbitmq.reply-to";

    private static final String PREFIX = PSEUDO_QUEUE + ".";

    private final Supplier<String> secrets;
    private final Map<String, ReplyAddress> addresses = new ConcurrentHashMap<>();

    /**
     * No channels yet.
     *
     * @param secrets makes texts that nobody guesses: whoever knows a name may answer
     */
    public DirectReplies(Supplier<String> secrets) {
        this.secrets = secrets;
    }

    /** Whether a name could stand for a channel, and for no queue. */
    public static boolean isAddress(String name) {
        return name.startsWith(PREFIX);
    }

    /** Gives a channel a name. */
    public ReplyAddress open(ReplyReceiver receiver) {
        var address = new ReplyAddress(PREFIX + secrets.get(), receiver);
        addresses.put(address.name(), address);
        return address;
    }

    /** The channel is gone, or waits no longer. */
    public void close(ReplyAddress address) {
        addresses.remove(address.name(), address);
    }

    /** Who a name stands for. */
    public Optional<ReplyAddress> find(String name) {
        return Optional.ofNullable(addresses.get(name));
    }
}
