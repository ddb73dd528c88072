package dev.tandem.console.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkloadReaderTest {

    @Test
    void readsYamlOverTheQuickLook() {
        // when
        Workload workload = read("name: big\nmessageSize: 10240\norder: together\nrepeats: 3\n");

        // then
        assertThat(workload.messageSize()).isEqualTo(10_240);
        assertThat(workload.order()).isEqualTo(Workload.Order.TOGETHER);
        assertThat(workload.repeats()).isEqualTo(3);
        assertThat(workload.inFlight()).isEqualTo(Workload.quick().inFlight());
    }

    @Test
    void readsJson() {
        assertThat(read("{\"producers\": 4, \"rate\": 5000}").producers()).isEqualTo(4);
    }

    @Test
    void takesAnEmptyTextForTheQuickLook() {
        assertThat(read("")).isEqualTo(Workload.quick());
    }

    @Test
    void namesAKeyItDoesNotKnow() {
        assertThatThrownBy(() -> read("colour: blue"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'colour'")
                .hasMessageContaining("messageSize");
    }

    @Test
    void namesAValueThatIsPastItsLimit() {
        assertThatThrownBy(() -> read("producers: 1000")).hasMessageContaining("producers must be between 1 and 32");
        assertThatThrownBy(() -> read("messageSize: 8")).hasMessageContaining("messageSize");
        assertThatThrownBy(() -> read("consumers: 4\npartitions: 2")).hasMessageContaining("partitions");
        assertThatThrownBy(() -> read("- a list")).hasMessageContaining("keys and values");
        assertThatThrownBy(() -> read("{ never closed")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("order: sideways")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("rate:")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesMoreTimeAndBytesThanAllowed() {
        assertThatThrownBy(() -> read("seconds: 601").checkBounds(Duration.ofMinutes(10), 1L << 30))
                .hasMessageContaining("console.lab-max-duration");
        assertThatThrownBy(() -> read("messages: 1000000").checkBounds(Duration.ofMinutes(10), 1L << 30))
                .hasMessageContaining("console.lab-max-bytes");
    }

    private static Workload read(String text) {
        return WorkloadReader.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
