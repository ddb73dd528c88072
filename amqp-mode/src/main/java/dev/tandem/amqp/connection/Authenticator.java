package dev.tandem.amqp.connection;

import java.net.InetAddress;
import java.util.Optional;

/** Decides who a client is. Must not block. */
public interface Authenticator {

    /** Checks credentials; empty when they are refused. */
    Optional<User> authenticate(Credentials credentials, InetAddress peer);

    /** What a client claims, taken from the SASL response. */
    record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }
}
