package dev.tandem.amqp.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import dev.tandem.amqp.fuzz.FuzzedConnection.Outcome;
import dev.tandem.amqp.method.MethodCodec;
import dev.tandem.amqp.testsupport.TestBroker;
import dev.tandem.amqp.wire.ContentAssembly;
import dev.tandem.amqp.wire.ContentMemory;
import dev.tandem.amqp.wire.FrameType;
import dev.tandem.amqp.wire.WireException;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Leads conversations with a real server: recorded ones of real clients and random ones of every method that there is, as
 * they should be and damaged in many ways. The seed is printed; {@code -Dtandem.fuzz.seed=N} repeats a run, {@code
 * -Dtandem.fuzz.rounds=N} makes a longer one.
 */
final class ConversationFuzzTest {
    private static final long SEED = Long.getLong("tandem.fuzz.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("tandem.fuzz.rounds", 20);
    /** Random conversations of a round, beside those of the corpus. */
    private static final int RANDOM = 8;
    /** Damaged conversations for each sound one. */
    private static final int MUTANTS = 6;
    /** What a reader may allocate for a byte of a frame. */
    private static final long BYTES_PER_BYTE = 400;

    private static final long BYTES_PER_FRAME = 64 << 10;
    /** What all conversations together may leave behind: what they declared and published, each a little. */
    private static final long HEAP_BYTES = 128 << 20;

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final RandomConversations conversations = new RandomConversations(random.split());
    private final Mutations mutations = new Mutations(random.split());
    private final List<Conversation> corpus = Conversation.corpus();
    private final LogLines lines = new LogLines();
    private ResourceLeakDetector.Level leakDetection;
    private TestBroker broker;

    @BeforeEach
    void start() throws Exception {
        System.out.println("ConversationFuzzTest: seed " + SEED);
        leakDetection = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        broker = TestBroker.start(directory);
        lines.listen();
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
        lines.end();
        ResourceLeakDetector.setLevel(leakDetection);
    }

    @Test
    void everyConversationIsHeardOrEndsInOrderAndDisturbsNobodyElse() throws Exception {
        var outcomes = new EnumMap<Outcome, Integer>(Outcome.class);
        var connection = new FuzzedConnection(broker.port());
        int sound = 0;
        long heapBefore = usedHeap();
        try (var calm = new CalmClient(broker.connect())) {
            // when
            for (int round = 0; round < ROUNDS; round++) {
                for (Conversation conversation : round()) {
                    Outcome outcome = lead(connection, conversation, conversation);
                    outcomes.merge(outcome, 1, Integer::sum);
                    sound++;
                    if (corpus.contains(conversation)) {
                        assertThat(outcome).as(() -> "of " + conversation).isEqualTo(Outcome.HEARD);
                    }
                    for (int i = 0; i < MUTANTS; i++) {
                        Conversation mutant = mutations.mutate(conversation, any(corpus));
                        outcomes.merge(lead(connection, mutant, conversation), 1, Integer::sum);
                    }
                }
            }
            // then
            assertThat(calm.finish()).isPositive();
        }
        System.out.println("ConversationFuzzTest: " + outcomes + " of " + sound + " sound and " + sound * MUTANTS
                + " damaged conversations");
        assertThat(outcomes).containsKeys(Outcome.HEARD, Outcome.TOLD, Outcome.ENDED);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(broker.admin().connections()).hasSize(1));
        assertThat(lines.errors()).isEmpty();
        assertThat(lines.connectionsEnded())
                .as("at most a line for each connection that ended otherwise than by its client's good-bye")
                .isLessThanOrEqualTo(outcomes.get(Outcome.TOLD) + outcomes.get(Outcome.ENDED));
        await().atMost(Duration.ofMinutes(1)).until(() -> usedHeap() < heapBefore + HEAP_BYTES);
    }

    @Test
    void noFrameMakesItsReaderAllocateMuchMoreThanItsBytes() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < 3 * ROUNDS; round++) {
            for (Conversation conversation : round()) {
                for (Frame frame : mutations.mutate(conversation, any(corpus)).frames()) {
                    // when
                    long before = threads.getCurrentThreadAllocatedBytes();
                    read(frame);
                    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                    // then
                    assertThat(allocated)
                            .as(() -> "seed " + SEED + ": " + HexFormat.of().formatHex(frame.payload()))
                            .isLessThan(BYTES_PER_FRAME + BYTES_PER_BYTE * frame.payload().length);
                }
            }
        }
    }

    /** The recorded conversations and some random ones. */
    private List<Conversation> round() {
        var round = new ArrayList<>(corpus);
        for (int i = 0; i < RANDOM; i++) {
            round.add(conversations.next());
        }
        return round;
    }

    private Conversation any(List<Conversation> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static Outcome lead(FuzzedConnection connection, Conversation conversation, Conversation original)
            throws IOException {
        try {
            return connection.lead(
                    conversation, conversation.isFollowable(original.frames().subList(0, Conversation.HANDSHAKE)));
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError("seed " + SEED + ": " + conversation, e);
        }
    }

    private static void read(Frame frame) {
        byte[] payload = frame.payload();
        try {
            if (frame.type() == FrameType.METHOD) {
                MethodCodec.read(Unpooled.wrappedBuffer(payload), payload.length);
            } else if (frame.type() == FrameType.HEADER && payload.length >= FrameType.MIN_HEADER_SIZE) {
                var assembly = new ContentAssembly(new ContentMemory(1 << 20));
                assembly.begin();
                assembly.onHeader(Unpooled.wrappedBuffer(payload), payload.length);
            }
        } catch (WireException e) {
            // What the server closes a connection for.
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
