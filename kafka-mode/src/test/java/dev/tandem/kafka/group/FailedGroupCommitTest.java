package dev.tandem.kafka.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailedGroupCommitTest {
    private InMemoryGroupStore store;
    private CoordinatorFixture coordinator;

    @BeforeEach
    void start() {
        store = new InMemoryGroupStore();
        coordinator = new CoordinatorFixture(store);
        coordinator.createTopic("orders", 1);
    }

    @AfterEach
    void stop() {
        coordinator.close();
        store.close();
    }

    @Test
    void answersNotCoordinatorAndGoesBackToWhatIsStored() {
        // given
        coordinator.commit("g", "orders", 0, 1);
        store.failCommits(1);

        // when
        Errors refused = coordinator.commit("g", "orders", 0, 2);

        // then
        assertThat(refused).isEqualTo(Errors.NOT_COORDINATOR);
        await().ignoreExceptions().until(() -> coordinator.committed("g", "orders", 0) == 1);
    }

    @Test
    void takesCommitsAgainOnceThePartitionIsLoaded() {
        // given
        coordinator.commit("g", "orders", 0, 1);
        store.failCommits(1);
        coordinator.commit("g", "orders", 0, 2);

        // when
        await().until(() -> coordinator.commit("g", "orders", 0, 3), Errors.NONE::equals);
        coordinator.close();
        coordinator = new CoordinatorFixture(store);

        // then
        assertThat(coordinator.committed("g", "orders", 0)).isEqualTo(3);
    }

    @Test
    void findsItsWayWithOtherCommitsUnderWay() {
        // given
        List<CompletableFuture<Errors>> commits = new ArrayList<>();
        store.failCommits(1);
        for (int offset = 1; offset <= 50; offset++) {
            commits.add(coordinator.commitLater("g", "orders", 0, offset));
        }

        // when
        commits.forEach(CompletableFuture::join);
        await().until(() -> coordinator.commit("g", "orders", 0, 1000), Errors.NONE::equals);
        coordinator.close();
        coordinator = new CoordinatorFixture(store);

        // then
        assertThat(commits.get(0).join()).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(coordinator.committed("g", "orders", 0)).isEqualTo(1000);
    }

    @Test
    void refusesCommitsWhileTheEngineStoresNothingAndStaysLoaded() {
        // given
        coordinator.commit("g", "orders", 0, 1);
        store.raiseAlarm();

        // when
        Errors refused = coordinator.commit("g", "orders", 0, 2);

        // then
        assertThat(refused).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(coordinator.committed("g", "orders", 0)).isEqualTo(1);
        store.clearAlarm();
        assertThat(coordinator.commit("g", "orders", 0, 3)).isEqualTo(Errors.NONE);
    }

    @Test
    void loadsAPartitionWhoseCommitFailedOnceTheEngineHasRecovered() {
        // given
        coordinator.commit("g", "orders", 0, 1);
        store.holdLoads();
        store.failCommits(1);
        coordinator.commit("g", "orders", 0, 2);
        store.raiseAlarm();
        store.allowLoads();

        // when
        store.clearAlarm();

        // then
        await().until(() -> coordinator.commit("g", "orders", 0, 3), Errors.NONE::equals);
        assertThat(coordinator.committed("g", "orders", 0)).isEqualTo(3);
    }

    @Test
    void leavesGroupsOfOtherPartitionsAlone() {
        // given
        var service = coordinator.adapter.service();
        String other = IntStream.range(0, 100)
                .mapToObj(i -> "other-" + i)
                .filter(group -> service.partitionFor(group) != service.partitionFor("g"))
                .findFirst()
                .orElseThrow();
        coordinator.commit(other, "orders", 0, 8);
        store.failCommits(1);

        // when
        coordinator.commit("g", "orders", 0, 2);

        // then
        assertThat(coordinator.committed(other, "orders", 0)).isEqualTo(8);
    }
}
