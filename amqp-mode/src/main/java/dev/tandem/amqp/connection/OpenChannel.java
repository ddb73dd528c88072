package dev.tandem.amqp.connection;

import dev.tandem.amqp.method.BasicMethod;
import dev.tandem.amqp.wire.ContentAssembly;
import dev.tandem.amqp.wire.ContentMemory;
import org.jspecify.annotations.Nullable;

/** A channel as its connection keeps it, from {@code channel.open} until the close is confirmed. */
final class OpenChannel {
    final int number;
    final ChannelPort port;
    final ContentAssembly content;

    /** The publish whose content is arriving. */
    BasicMethod.@Nullable Publish publish;

    /** {@code channel.close} was sent: all but its answer is ignored. */
    boolean closing;

    /** Something arrived for it in this read. */
    boolean touched;

    OpenChannel(int number, ChannelPort port, ContentMemory memory) {
        this.number = number;
        this.port = port;
        this.content = new ContentAssembly(memory);
    }
}
