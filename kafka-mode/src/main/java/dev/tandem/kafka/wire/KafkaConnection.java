package dev.tandem.kafka.wire;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.api.ApiHandler;
import dev.tandem.kafka.api.KafkaApiRegistry;
import dev.tandem.kafka.api.KafkaErrors;
import dev.tandem.kafka.api.PipelinedHandler;
import dev.tandem.kafka.api.RequestContext;
import dev.tandem.kafka.wire.FrameAccumulator.InvalidFrameException;
import dev.tandem.net.ForeignProtocol;
import dev.tandem.storage.commit.AppendBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection.
 *
 * <p>Requests start in the order they came, one at a time, as in Kafka; only consecutive requests of a
 * {@link PipelinedHandler} (Produce) overlap. Answers leave in the order of the requests. Reading stops while too many
 * bytes of this connection are unanswered, while the engine's budget for appends is used up, and no request starts
 * while the client does not take its answers.
 */
public final class KafkaConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaConnection.class);
    /** Until a client has sent one valid request, only what begins as one makes us allocate more than this. */
    private static final int UNKNOWN_FRAME_LIMIT = 512 << 10;

    private static final Optional<ForeignProtocol> NONE = Optional.empty();

    private final KafkaConfig config;
    private final KafkaApiRegistry registry;
    private final AppendBudget budget;
    private final ConnectionTable table;
    private final ConnectionStats stats;
    private final Channel channel;
    private final EventLoop eventLoop;
    private final InetSocketAddress clientAddress;
    private final InetSocketAddress localAddress;

    private final FrameAccumulator frames;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private final ArrayDeque<Exchange> inFlight = new ArrayDeque<>();
    private long unansweredBytes;
    private boolean advancing;
    private boolean orderPending;
    private boolean awaitingBudget;
    private boolean heldBack;
    private boolean flushScheduled;
    private boolean draining;
    private boolean closed;
    private boolean understood;

    /** A connection over a channel; add it to the channel's pipeline on its event loop. */
    public KafkaConnection(
            KafkaConfig config,
            KafkaApiRegistry registry,
            AppendBudget budget,
            ConnectionTable table,
            Channel channel) {
        this.config = config;
        this.registry = registry;
        this.budget = budget;
        this.table = table;
        this.channel = channel;
        this.frames = new FrameAccumulator((int) config.requestMaxBytes(), UNKNOWN_FRAME_LIMIT);
        this.eventLoop = channel.eventLoop();
        this.clientAddress = (InetSocketAddress) channel.remoteAddress();
        this.localAddress = (InetSocketAddress) channel.localAddress();
        this.stats = new ConnectionStats(clientAddress);
    }

    /** What is known and counted of this connection. */
    ConnectionStats stats() {
        return stats;
    }

    /** Starts no further request, and closes once the started ones are answered. Any thread. */
    void drain() {
        eventLoop.execute(() -> {
            draining = true;
            waiting.clear();
            closeIfDrained();
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        table.opened(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var in = (ByteBuf) message;
        try {
            stats.received(in.readableBytes());
            if (!understood && refuseForeign(in)) {
                return;
            }
            while (!closed && !draining) {
                byte[] frame = frames.next(in);
                if (frame == null) {
                    break;
                }
                unansweredBytes += frame.length;
                waiting.add(frame);
                advance();
            }
            updateReading();
        } catch (InvalidFrameException e) {
            close((understood ? "" : "this is no Kafka client: ") + e.getMessage());
        } finally {
            ReferenceCountUtil.release(in);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            advance();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            if (inFlight.isEmpty()) {
                LOGGER.debug("Kafka client {} was silent for {}, closing", clientAddress, config.connectionMaxIdle());
                channel.close();
            }
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        waiting.clear();
        inFlight.forEach(Exchange::abandon);
        inFlight.clear();
        table.closed(this);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOGGER.debug("the Kafka connection of {} is broken", clientAddress, cause);
        } else {
            LOGGER.error("closing the Kafka connection of {}, which failed unexpectedly", clientAddress, cause);
        }
        channel.close();
    }

    private boolean refuseForeign(ByteBuf firstBytes) {
        var foreign = frames.isEmpty() ? ForeignProtocol.detect(firstBytes, ForeignProtocol.Expected.KAFKA) : NONE;
        foreign.ifPresent(protocol -> close(protocol.sentence("Kafka port " + localAddress.getPort())));
        return foreign.isPresent();
    }

    /** Starts what may start. */
    private void advance() {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            byte[] next;
            while ((next = waiting.peek()) != null && mayStart(next)) {
                waiting.remove();
                start(next);
            }
        } finally {
            advancing = false;
        }
    }

    private boolean mayStart(byte[] frame) {
        if (closed || draining || orderPending || !channel.isWritable()) {
            return false;
        }
        boolean produce = ByteBuffer.wrap(frame).getShort() == ApiKeys.PRODUCE.id;
        if (produce && awaitingBudget) {
            return false;
        }
        Exchange last = inFlight.peekLast();
        return last == null || (produce && last.key() == ApiKeys.PRODUCE);
    }

    private void start(byte[] frame) {
        var body = ByteBuffer.wrap(frame);
        RequestHeader header;
        try {
            header = RequestHeader.parse(body);
        } catch (InvalidRequestException e) {
            close(String.valueOf(e.getMessage()));
            return;
        }
        ApiKeys key = header.apiKey();
        var exchange = new Exchange(key, header.apiVersion(), header.correlationId(), frame.length);
        inFlight.add(exchange);
        stats.requested(header.clientId());
        table.counters().requested();
        if (!header.isApiVersionSupported()) {
            if (key == ApiKeys.API_VERSIONS) {
                exchange.answerInVersion((short) 0);
                complete(exchange, registry.unsupportedApiVersions());
            } else {
                close("version " + header.apiVersion() + " of " + key.name + " is not spoken here");
            }
            return;
        }
        AbstractRequest request;
        try {
            request = AbstractRequest.parseRequest(key, header.apiVersion(), new ByteBufferAccessor(body)).request;
        } catch (RuntimeException e) {
            close("a request of " + key.name + " version " + header.apiVersion() + " cannot be read: "
                    + e.getMessage());
            return;
        }
        if (!understood) {
            understood = true;
            frames.trust();
        }
        handle(exchange, header, request);
        if (key == ApiKeys.PRODUCE) {
            awaitBudget();
        }
    }

    private void handle(Exchange exchange, RequestHeader header, AbstractRequest request) {
        ApiMessage message = request.data();
        if (message instanceof ProduceRequestData produce && produce.acks() == 0) {
            exchange.setSilent();
        } else if (message instanceof ApiVersionsRequestData versions) {
            stats.introduced(versions.clientSoftwareName(), versions.clientSoftwareVersion());
        }
        var context =
                new RequestContext(header.apiVersion(), header.clientId(), clientAddress, localAddress, eventLoop);
        CompletionStage<? extends ApiMessage> answer;
        try {
            ApiHandler<?, ?> handler = registry.find(header.apiKey()).orElse(null);
            if (handler == null
                    || header.apiVersion() < handler.minVersion()
                    || header.apiVersion() > handler.maxVersion()) {
                answer = CompletableFuture.failedFuture(new UnsupportedVersionException(
                        header.apiKey().name + " version " + header.apiVersion() + " is not built"));
            } else {
                answer = call(handler, context, message);
            }
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        if (header.apiKey() == ApiKeys.FETCH) {
            exchange.onAbandon(answer.toCompletableFuture());
        }
        answer.whenComplete((response, failure) -> {
            if (failure instanceof CancellationException) {
                return; // abandoned with the connection
            }
            ApiMessage outcome = failure == null ? response : errorResponse(request, failure);
            if (eventLoop.inEventLoop()) {
                complete(exchange, outcome);
            } else {
                eventLoop.execute(() -> complete(exchange, outcome));
            }
        });
    }

    /** The registry pairs each key with a handler of its message classes. */
    @SuppressWarnings("unchecked")
    private <Q extends ApiMessage, R extends ApiMessage> CompletionStage<R> call(
            ApiHandler<?, ?> handler, RequestContext context, ApiMessage message) {
        if (handler instanceof PipelinedHandler<?, ?> pipelined) {
            orderPending = true;
            return ((PipelinedHandler<Q, R>) pipelined).handle(context, (Q) message, this::ordered);
        }
        return ((ApiHandler<Q, R>) handler).handle(context, (Q) message);
    }

    private void ordered() {
        orderPending = false;
        advance();
    }

    /** Null when there is none: Kafka's own class cannot make one of every request that it can read. */
    private static @Nullable ApiMessage errorResponse(AbstractRequest request, Throwable failure) {
        try {
            var response = request.getErrorResponse(KafkaErrors.exception(failure));
            return response == null ? null : response.data();
        } catch (RuntimeException e) {
            LOGGER.debug("no error answer can be made to {}", request.apiKey().name, e);
            return null;
        }
    }

    private void complete(Exchange exchange, @Nullable ApiMessage response) {
        if (closed) {
            return;
        }
        if (response == null) {
            close("a request of " + exchange.key().name + " failed and has no error answer");
            return;
        }
        if (exchange.key() == ApiKeys.PRODUCE) {
            orderPending = false;
        }
        exchange.setResponse(response);
        writeAnswers();
        advance();
        updateReading();
        closeIfDrained();
    }

    private void writeAnswers() {
        Exchange head;
        while ((head = inFlight.peek()) != null) {
            ApiMessage response = head.response();
            if (response == null) {
                return;
            }
            inFlight.remove();
            unansweredBytes -= head.requestBytes();
            if (!head.isSilent()) {
                write(head, response);
            } else if (response instanceof ProduceResponseData produced && hasError(produced)) {
                // Closing is the only way to tell a producer that wants no answers (as Kafka does).
                close("a produce with acks=0 failed");
                return;
            }
        }
    }

    private void write(Exchange exchange, ApiMessage response) {
        short version = exchange.responseVersion();
        short headerVersion = exchange.key().responseHeaderVersion(version);
        List<ByteBuf> buffers;
        try {
            buffers =
                    ResponseWriter.encode(channel.alloc(), headerVersion, exchange.correlationId(), response, version);
        } catch (RuntimeException e) {
            LOGGER.error("an answer to {} version {} cannot be written", exchange.key().name, version, e);
            close("an answer could not be written");
            return;
        }
        int size = 0;
        for (ByteBuf buffer : buffers) {
            size += buffer.readableBytes();
            channel.write(buffer, channel.voidPromise());
        }
        stats.sent(size);
        if (!flushScheduled) {
            flushScheduled = true;
            eventLoop.execute(this::flush);
        }
    }

    private static boolean hasError(ProduceResponseData response) {
        return response.responses().stream()
                .flatMap(topic -> topic.partitionResponses().stream())
                .anyMatch(partition -> partition.errorCode() != Errors.NONE.code());
    }

    /** Once per turn of the event loop, whatever was answered in it. */
    private void flush() {
        if (flushScheduled) {
            flushScheduled = false;
            channel.flush();
        }
    }

    private void awaitBudget() {
        if (!awaitingBudget && budget.isExhausted()) {
            awaitingBudget = true;
            budget.whenAvailable(eventLoop, () -> {
                awaitingBudget = false;
                advance();
                updateReading();
            });
        }
    }

    private void updateReading() {
        boolean hold = awaitingBudget || unansweredBytes > config.maxInFlightBytesPerConnection();
        if (hold != heldBack) {
            heldBack = hold;
            channel.config().setAutoRead(!hold);
        }
    }

    private void closeIfDrained() {
        if (draining && inFlight.isEmpty() && !closed) {
            channel.flush();
            channel.close();
        }
    }

    private void close(String reason) {
        LOGGER.info("closing the Kafka connection of {}: {}", clientAddress, reason);
        closed = true;
        waiting.clear();
        channel.close();
    }
}
