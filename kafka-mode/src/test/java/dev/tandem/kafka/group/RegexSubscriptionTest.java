package dev.tandem.kafka.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegexSubscriptionTest {
    private InMemoryGroupStore store;
    private CoordinatorFixture coordinator;

    @BeforeEach
    void start() {
        store = new InMemoryGroupStore();
        coordinator = new CoordinatorFixture(store);
    }

    @AfterEach
    void stop() {
        coordinator.close();
        store.close();
    }

    /** The coordinator resolves an expression again only for an image of a higher offset, and every 10 s at most. */
    @Test
    void getsTheTopicsThatAreCreatedLater() {
        // given
        coordinator.createTopic("orders", 3);
        var heartbeat = CoordinatorFixture.consumerMember("modern", "m-1")
                .setSubscribedTopicRegex("order.*")
                .setSubscribedTopicNames(List.of());
        coordinator.awaitPartitions(heartbeat, 3);

        // when
        coordinator.createTopic("orders-eu", 2);
        coordinator.createTopic("invoices", 1);

        // then
        assertThat(coordinator.awaitPartitions(heartbeat, 5).memberId()).isEqualTo("m-1");
    }
}
