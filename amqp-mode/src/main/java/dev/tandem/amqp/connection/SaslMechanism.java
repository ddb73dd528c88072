package dev.tandem.amqp.connection;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import dev.tandem.amqp.wire.WireException;
import dev.tandem.storage.record.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The security mechanisms on offer, each with the form of its response. Messages never repeat a response. */
enum SaslMechanism {
    /** RFC 4616: authorization id, user and password, separated by NUL. */
    PLAIN {
        @Override
        Authenticator.Credentials credentials(Slice response) {
            String[] parts = new String(response.array(), response.offset(), response.length(), StandardCharsets.UTF_8)
                    .split("\0", -1);
            if (parts.length != 3 || !(parts[0].isEmpty() || parts[0].equals(parts[1]))) {
                throw malformed("response of mechanism PLAIN is malformed");
            }
            return new Authenticator.Credentials(parts[1], parts[2]);
        }
    },
    /** RabbitMQ's: a field table without its length that holds LOGIN and PASSWORD. */
    AMQPLAIN {
        @Override
        Authenticator.Credentials credentials(Slice response) {
            FieldTable table;
            try {
                table = FieldTable.parse(response);
            } catch (WireException e) {
                throw malformed("response of mechanism AMQPLAIN is malformed");
            }
            if (table.find("LOGIN").orElse(null) instanceof FieldValue.LongString login
                    && table.find("PASSWORD").orElse(null) instanceof FieldValue.LongString password) {
                return new Authenticator.Credentials(login.text(), password.text());
            }
            throw malformed("AMQPLAIN auth info is missing LOGIN or PASSWORD field");
        }
    };

    /** Reads who the client claims to be. */
    abstract Authenticator.Credentials credentials(Slice response);

    /** As {@code connection.start} lists them. */
    static String offered() {
        return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(" "));
    }

    static SaslMechanism of(String name) {
        return Arrays.stream(values())
                .filter(mechanism -> mechanism.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AmqpException(
                        ReplyCode.COMMAND_INVALID, "unknown authentication mechanism '" + name + "'"));
    }

    private static AmqpException malformed(String message) {
        return new AmqpException(ReplyCode.SYNTAX_ERROR, message);
    }
}
