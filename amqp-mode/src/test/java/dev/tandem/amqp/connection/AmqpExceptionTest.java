package dev.tandem.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.amqp.wire.ShortString;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AmqpExceptionTest {

    @Test
    void namesTheCodeBeforeTheExplanation() {
        // when
        var error = new AmqpException(ReplyCode.NOT_FOUND, "no queue 'x' in vhost '/'");

        // then
        assertThat(error.text()).isEqualTo("NOT_FOUND - no queue 'x' in vhost '/'");
        assertThat(error.code().isHard()).isFalse();
    }

    @Test
    void cutsALongTextBetweenCharacters() {
        // given
        String name = "ü".repeat(127);

        // when
        String text = new AmqpException(ReplyCode.NOT_FOUND, "no queue '" + name + "'").text();

        // then
        assertThat(text.getBytes(StandardCharsets.UTF_8).length).isBetween(254, 255);
        assertThat(text).startsWith("NOT_FOUND - no queue 'ü").endsWith("ü");
        assertThat(ShortString.of(text).toString()).isEqualTo(text);
    }

    @Test
    void keepsTheLogToOneLine() {
        // when
        var error = new AmqpException(ReplyCode.NOT_ALLOWED, "vhost a\nb not found");

        // then
        assertThat(error.textForLog()).isEqualTo("NOT_ALLOWED - vhost a?b not found");
    }
}
