package dev.tandem.storage.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random operations on an ack set and on a plain set of offsets; both must agree, also after every reload. */
class AckSetModelTest {
    /** Three chunks and a bit, so that every boundary is crossed. */
    private static final int SPAN = 3 * AckSet.CHUNK_SIZE + 100;

    private interface Step {
        void run(Run run);
    }

    /** The set, its rows and the model: a floor and the offsets above it. */
    private static final class Run {
        final StoredCursor rows = new StoredCursor();
        final TreeSet<Long> above = new TreeSet<>();
        final TreeMap<Long, Integer> counts = new TreeMap<>();
        AckSet set = new AckSet();
        long floor;

        void acknowledge(long first, long end) {
            set.acknowledge(first, end);
            for (long offset = Math.max(first, floor); offset < end; offset++) {
                above.add(offset);
            }
            counts.subMap(first, Math.max(first, end)).clear();
            settle();
        }

        void raiseFloor(long offset) {
            set.raiseFloor(offset);
            floor = Math.max(floor, offset);
            settle();
        }

        void countDeliveries(long first, long end) {
            set.countDeliveries(first, end);
            for (long offset = Math.max(first, floor); offset < end; offset++) {
                if (!above.contains(offset)) {
                    counts.merge(offset, 1, Integer::sum);
                }
            }
        }

        private void settle() {
            while (above.remove(floor)) {
                floor++;
            }
            above.headSet(floor).clear();
            counts.headMap(floor).clear();
        }

        void write() {
            rows.write(set);
        }

        void reload() {
            write();
            set = rows.load(true);
        }

        void check() {
            var view = set.view();
            assertThat(view.floor()).isEqualTo(floor);
            assertThat(set.floor()).isEqualTo(floor);
            assertThat(view.cardinalityAboveFloor()).isEqualTo(above.size());
            assertThat(view.end()).isEqualTo(above.isEmpty() ? floor : above.last() + 1);
            long at = Math.max(floor - 2, 0);
            for (int i = 0; i < 50; i++) {
                long next = Math.max(at, floor);
                while (above.contains(next)) {
                    next++;
                }
                assertThat(view.nextUnacknowledged(at)).isEqualTo(next);
                assertThat(view.contains(at)).isEqualTo(at < floor || above.contains(at));
                assertThat(view.contains(next)).isFalse();
                assertThat(set.covers(at, next)).isTrue();
                assertThat(set.covers(at, next + 1)).isFalse();
                Long higher = above.ceiling(at);
                assertThat(view.nextAcknowledged(at))
                        .isEqualTo(at < floor ? at : higher == null ? Long.MAX_VALUE : higher);
                long end = at + 40_000;
                assertThat(view.acknowledgedBetween(at, end))
                        .isEqualTo(Math.max(0, Math.min(end, floor) - at)
                                + above.subSet(Math.max(at, floor), Math.max(end, floor))
                                        .size());
                at = next + 1 + 37L * i * i;
            }
        }

        void checkAll() {
            var view = set.view();
            for (long offset = 0; offset < SPAN + 10; offset++) {
                if (view.contains(offset) != (offset < floor || above.contains(offset))) {
                    throw new AssertionError("offset " + offset + ": " + view.contains(offset));
                }
                if (view.deliveryCount(offset) != counts.getOrDefault(offset, 0)) {
                    throw new AssertionError("count of offset " + offset + ": " + view.deliveryCount(offset));
                }
            }
        }
    }

    @Property(tries = 150)
    void agreesWithAPlainSetOfOffsets(@ForAll("steps") List<Step> steps) {
        var run = new Run();
        for (var step : steps) {
            step.run(run);
            run.check();
        }
        run.checkAll();
        run.reload();
        run.check();
        run.checkAll();
    }

    @Property(tries = 100)
    void snapshotsDoNotChange(@ForAll("steps") List<Step> before, @ForAll("steps") List<Step> after) {
        // given
        var run = new Run();
        before.forEach(step -> step.run(run));
        var view = run.set.view();
        long floor = run.floor;
        var above = new TreeSet<>(run.above);
        var counts = new TreeMap<>(run.counts);

        // when
        after.forEach(step -> step.run(run));

        // then
        assertThat(view.floor()).isEqualTo(floor);
        assertThat(view.cardinalityAboveFloor()).isEqualTo(above.size());
        for (long offset = 0; offset < SPAN; offset++) {
            if (view.contains(offset) != (offset < floor || above.contains(offset))) {
                throw new AssertionError("offset " + offset + ": " + view.contains(offset));
            }
            if (view.deliveryCount(offset) != counts.getOrDefault(offset, 0)) {
                throw new AssertionError("count of offset " + offset + ": " + view.deliveryCount(offset));
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> offset = Arbitraries.oneOf(
                Arbitraries.longs().between(0, SPAN),
                Arbitraries.longs().between(0, 300),
                Arbitraries.longs().between(AckSet.CHUNK_SIZE - 40, AckSet.CHUNK_SIZE + 40));
        Arbitrary<Step> one = offset.map(o -> run -> run.acknowledge(o, o + 1));
        Arbitrary<Step> range = Combinators.combine(
                        offset,
                        Arbitraries.oneOf(
                                Arbitraries.integers().between(0, 80),
                                Arbitraries.integers().between(0, SPAN)))
                .as((first, length) -> run -> run.acknowledge(first, Math.min(first + length, SPAN)));
        Arbitrary<Step> inOrder = Arbitraries.integers()
                .between(1, 500)
                .map(n -> run -> run.acknowledge(run.floor, Math.min(run.floor + n, SPAN)));
        Arbitrary<Step> sparse = Combinators.combine(
                        offset, Arbitraries.integers().between(2, 90))
                .as((first, step) -> run -> {
                    for (long o = first; o < Math.min(SPAN, first + 3000L * step); o += step) {
                        run.acknowledge(o, o + 1);
                    }
                });
        Arbitrary<Step> stuck = Combinators.combine(
                        offset, Arbitraries.integers().between(1, 20))
                .as((first, thousands) -> run -> {
                    for (long o = first; o < Math.min(SPAN, first + 1000L * thousands); o += 1000) {
                        run.acknowledge(o + 1, Math.min(o + 1000, SPAN));
                    }
                });
        Arbitrary<Step> groups = Combinators.combine(
                        offset, Arbitraries.integers().between(1, 150))
                .as((first, n) -> run -> {
                    for (long o = first; o < Math.min(SPAN, first + 7L * n); o += 7) {
                        run.acknowledge(o, o + 2);
                        run.write();
                    }
                });
        Arbitrary<Step> raise = offset.map(o -> run -> run.raiseFloor(Math.min(o, run.floor + 2000)));
        Arbitrary<Step> returned = Combinators.combine(
                        offset,
                        Arbitraries.oneOf(
                                Arbitraries.integers().between(1, 5),
                                Arbitraries.integers().between(1, SPAN)))
                .as((first, length) -> run -> run.countDeliveries(first, Math.min(first + length, SPAN)));
        Arbitrary<Step> write = Arbitraries.just(Run::write);
        Arbitrary<Step> reload = Arbitraries.just(Run::reload);
        return Arbitraries.oneOf(List.of(one, range, inOrder, sparse, stuck, groups, raise, returned, write, reload))
                .list()
                .ofMaxSize(25);
    }
}
