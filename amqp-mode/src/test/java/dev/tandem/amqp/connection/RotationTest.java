package dev.tandem.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationTest {

    @Test
    void beginsWithAnotherOneEachTime() {
        // when // then
        assertThat(visited(List.of("a", "b", "c"), 0)).containsExactly("a", "b", "c");
        assertThat(visited(List.of("a", "b", "c"), 1)).containsExactly("b", "c", "a");
        assertThat(visited(List.of("a", "b", "c"), 5)).containsExactly("c", "a", "b");
        assertThat(visited(List.of("a", "b"), -1)).containsExactly("b", "a");
        assertThat(visited(List.of(), 7)).isEmpty();
    }

    private static List<String> visited(List<String> items, int turn) {
        var visited = new ArrayList<String>();
        Rotation.forEach(items, turn, visited::add);
        return visited;
    }
}
