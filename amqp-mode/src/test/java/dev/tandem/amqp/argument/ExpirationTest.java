package dev.tandem.amqp.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.amqp.connection.AmqpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpirationTest {

    @Test
    void readsMilliseconds() {
        assertThat(Expiration.parseMillis("0")).isZero();
        assertThat(Expiration.parseMillis("60000")).isEqualTo(60_000);
        assertThat(Expiration.parseMillis("+7")).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "soon|no_integer",
                "``|no_integer",
                "-|no_integer",
                "-1|{value_negative,-1}",
                "12s|{leftover_string,\"s\"}",
                "3153600000001|{value_too_big,3153600000001}",
                "99999999999999999999999|{value_too_big,99999999999999999999999}",
                "-99999999999999999999999|{value_negative,-99999999999999999999999}"
            })
    void saysWhatIsWrongAsRabbitMqDoes(String text, String reason) {
        assertThatThrownBy(() -> Expiration.parseMillis(text))
                .isInstanceOf(AmqpException.class)
                .hasMessage("invalid expiration '" + text + "': " + reason);
    }
}
