package dev.tandem.amqp.connection;

/**
 * Where a connection stands. Each state carries what the client has proved so far; {@link #mayBecome} holds the legal
 * transitions.
 */
sealed interface ConnectionState {

    /** As RabbitMQ's messages and the console name it. */
    String label();

    boolean mayBecome(ConnectionState next);

    /** True when nothing that arrives matters any more. */
    default boolean isOver() {
        return this instanceof Ending || this instanceof Draining || this instanceof Closed;
    }

    /** The client has to send the protocol header. */
    record AwaitingHeader() implements ConnectionState {
        @Override
        public String label() {
            return "pre_init";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return next instanceof Starting || next instanceof Draining || next instanceof Closed;
        }
    }

    /** {@code connection.start} was sent. */
    record Starting() implements ConnectionState {
        @Override
        public String label() {
            return "starting";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return next instanceof Tuning || next instanceof Draining || isEnd(next);
        }
    }

    /** {@code connection.tune} was sent. */
    record Tuning(Login login) implements ConnectionState {
        @Override
        public String label() {
            return "tuning";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return next instanceof Opening || isEnd(next);
        }
    }

    /** The client has to name its virtual host. */
    record Opening(Login login, Limits limits) implements ConnectionState {
        @Override
        public String label() {
            return "opening";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return next instanceof Running || isEnd(next);
        }
    }

    /** Channels may be opened. */
    record Running() implements ConnectionState {
        @Override
        public String label() {
            return "running";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return isEnd(next);
        }
    }

    /** {@code connection.close} was sent; all but the answer is ignored. */
    record Closing() implements ConnectionState {
        @Override
        public String label() {
            return "closing";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return next instanceof Draining || next instanceof Closed;
        }
    }

    /** The client sent {@code connection.close}; it is answered once nothing of the connection is left. */
    record Ending() implements ConnectionState {
        @Override
        public String label() {
            return "closing";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return next instanceof Closed;
        }
    }

    /** All has been said and what arrives is not understood: bytes are dropped until the client goes or time is up. */
    record Draining() implements ConnectionState {
        @Override
        public String label() {
            return "closing";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return next instanceof Closed;
        }
    }

    /** The socket is gone. */
    record Closed() implements ConnectionState {
        @Override
        public String label() {
            return "closed";
        }

        @Override
        public boolean mayBecome(ConnectionState next) {
            return false;
        }
    }

    private static boolean isEnd(ConnectionState next) {
        return next instanceof Closing || next instanceof Ending || next instanceof Closed;
    }
}
