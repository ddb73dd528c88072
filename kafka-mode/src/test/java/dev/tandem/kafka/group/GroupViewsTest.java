package dev.tandem.kafka.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.kafka.KafkaConfig;
import dev.tandem.kafka.admin.KafkaAdmin.GroupView;
import dev.tandem.kafka.topic.TopicTable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupViewsTest {
    private final InMemoryGroupStore store = new InMemoryGroupStore();

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void takesAnotherLookOnceTheLastIsStale() {
        try (var coordinator = new CoordinatorFixture(store)) {
            // given
            var nanos = new AtomicLong();
            var views = new GroupViews(coordinator.adapter::service, new LogEndOffsets(coordinator.topics), nanos::get);
            coordinator.createTopic("orders", 1);
            coordinator.commit("a", "orders", 0, 1);
            coordinator.commit("b", "orders", 0, 1);
            views.all().join();
            coordinator.commit("c", "orders", 0, 1);

            // when
            nanos.set(399_999);
            var early = views.all().join();
            nanos.set(400_000);
            var late = views.all().join();

            // then
            assertThat(early).extracting(GroupView::id).containsExactly("a", "b");
            assertThat(late).extracting(GroupView::id).containsExactly("a", "b", "c");
        }
    }

    @Test
    void failsRatherThanShowSomeOfTheGroupsWhileTheyAreLoaded() {
        // given
        store.holdLoads();
        var config = KafkaConfig.defaults();
        var adapter = new GroupCoordinatorAdapter(store, config, new TopicTable(store, config));
        adapter.start().join();

        // when
        var views = adapter.describe();

        // then
        assertThatThrownBy(() -> views.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CoordinatorLoadInProgressException.class);
        store.allowLoads();
        adapter.stop();
    }

    @Test
    void failsBeforeTheStart() {
        // given
        var config = KafkaConfig.defaults();
        var adapter = new GroupCoordinatorAdapter(store, config, new TopicTable(store, config));

        // when
        var views = adapter.describe();

        // then
        assertThatThrownBy(() -> views.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CoordinatorNotAvailableException.class);
        adapter.stop();
    }
}
