package dev.tandem.kafka.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.sun.management.ThreadMXBean;
import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.api.KafkaApiRegistry;
import dev.tandem.kafka.fuzz.FuzzedConnection.Outcome;
import dev.tandem.kafka.testsupport.RunningKafka;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Sends every served API in every version, as it should be and damaged in many ways, to a real server. The seed is printed;
 * {@code -Dtandem.fuzz.seed=N} repeats a run, {@code -Dtandem.fuzz.rounds=N} makes a longer one.
 */
final class RequestFuzzTest {
    private static final long SEED = Long.getLong("tandem.fuzz.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("tandem.fuzz.rounds", 2);
    /** Damaged frames for each sound one. */
    private static final int MUTANTS = 6;
    /** What a reader may allocate for a byte of a frame: an empty element of an array is one byte and an object. */
    private static final long BYTES_PER_BYTE = 400;

    private static final long BYTES_PER_FRAME = 1 << 20;

    @TempDir
    Path directory;

    private final Lines lines = new Lines();
    private RunningKafka kafka;
    private RandomRequests requests;
    private Mutations mutations;
    private int correlationId;
    /** The one that the next frame goes over; null when there is none. */
    private @Nullable FuzzedConnection connection;

    @BeforeEach
    void start() {
        System.out.println("RequestFuzzTest: seed " + SEED);
        var random = new SplittableRandom(SEED);
        requests = new RandomRequests(random);
        mutations = new Mutations(random);
        var defaults = KafkaConfig.defaults();
        kafka = new RunningKafka(directory, withDecompressedMaxBytes(defaults, 16 << 20));
        lines.listen();
    }

    @AfterEach
    void stop() throws IOException {
        lines.end();
        if (connection != null) {
            connection.close();
        }
        kafka.close();
    }

    @Test
    void everyFrameIsAnsweredOrEndsItsConnectionAndDisturbsNobodyElse() throws IOException {
        var outcomes = new EnumMap<Outcome, Integer>(Outcome.class);
        try (var calm = new CalmClient(kafka)) {
            // when
            for (int round = 0; round < ROUNDS; round++) {
                for (Frame frame : frames()) {
                    outcomes.merge(send(frame), 1, Integer::sum);
                }
            }
            // then
            assertThat(calm.finish()).isPositive();
        }
        System.out.println("RequestFuzzTest: " + outcomes);
        assertThat(outcomes).containsKeys(Outcome.ANSWERED, Outcome.CLOSED);
        assertThat(lines.errors()).isEmpty();
        assertThat(lines.count())
                .as("at most a line for each connection that ended")
                .isLessThanOrEqualTo(outcomes.get(Outcome.CLOSED));
    }

    @Test
    void noFrameMakesItsReaderAllocateMuchMoreThanItsBytes() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < 3 * ROUNDS; round++) {
            for (Frame frame : frames()) {
                // when
                long before = threads.getCurrentThreadAllocatedBytes();
                read(frame.bytes());
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                // then
                assertThat(allocated)
                        .as(() -> "seed " + SEED + ": " + HexFormat.of().formatHex(frame.bytes()))
                        .isLessThan(BYTES_PER_FRAME + BYTES_PER_BYTE * frame.bytes().length);
            }
        }
    }

    /** Every API in every version once as it should be, Produce more often; each followed by what was made of it. */
    private List<Frame> frames() {
        var frames = new ArrayList<Frame>();
        Frame other = requests.next(ApiKeys.METADATA, (short) 9, 0);
        for (KafkaApiRegistry.Row api : kafka.server().apis()) {
            ApiKeys key = ApiKeys.forId(api.key());
            int copies = key == ApiKeys.PRODUCE ? 4 : 1;
            for (short version = api.minVersion(); api.served() && version <= api.maxVersion(); version++) {
                for (int copy = 0; copy < copies; copy++) {
                    Frame frame = requests.next(key, version, ++correlationId);
                    frames.add(frame);
                    for (int i = 0; i < MUTANTS; i++) {
                        frames.add(mutations.mutate(frame, other));
                    }
                    other = frame;
                }
            }
        }
        return frames;
    }

    private Outcome send(Frame frame) throws IOException {
        FuzzedConnection over =
                connection == null ? new FuzzedConnection(kafka.server().port()) : connection;
        connection = over;
        Outcome outcome;
        try {
            outcome = over.send(frame);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + SEED + ", length " + frame.length() + ": "
                            + HexFormat.of().formatHex(frame.bytes()),
                    e);
        }
        if (outcome != Outcome.ANSWERED) {
            over.close();
            connection = null;
        }
        return outcome;
    }

    private static void read(byte[] frame) {
        var buffer = ByteBuffer.wrap(frame);
        try {
            RequestHeader header = RequestHeader.parse(buffer);
            if (header.isApiVersionSupported()) {
                AbstractRequest.parseRequest(header.apiKey(), header.apiVersion(), new ByteBufferAccessor(buffer));
            }
        } catch (RuntimeException e) {
            // What the server closes a connection for.
        }
    }

    private static KafkaConfig withDecompressedMaxBytes(KafkaConfig config, long bytes) {
        return new KafkaConfig(
                0,
                config.advertised(),
                config.numPartitions(),
                config.autoCreateTopics(),
                config.messageMaxBytes(),
                bytes,
                config.requestMaxBytes(),
                config.maxInFlightBytesPerConnection(),
                config.fetchMaxBytes(),
                config.connectionMaxIdle(),
                config.maxConnections(),
                config.producerIdExpiration(),
                config.groupInitialRebalanceDelay(),
                config.groupHeartbeatInterval(),
                config.offsetsRetention(),
                config.offsetsRetentionCheckInterval());
    }

    /** What Tandem's own code logs. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tandem.kafka");
        private final ConcurrentLinkedQueue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

        void listen() {
            start();
            logger.setLevel(Level.INFO);
            logger.setAdditive(false);
            logger.addAppender(this);
        }

        void end() {
            logger.detachAppender(this);
            logger.setAdditive(true);
            logger.setLevel(null);
        }

        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }

        int count() {
            return events.size();
        }

        List<String> errors() {
            return events.stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN) || event.getThrowableProxy() != null)
                    .map(Lines::withTrace)
                    .distinct()
                    .toList();
        }

        private static String withTrace(ILoggingEvent event) {
            IThrowableProxy thrown = event.getThrowableProxy();
            return event.getFormattedMessage() + (thrown == null ? "" : ": " + ThrowableProxyUtil.asString(thrown));
        }
    }
}
