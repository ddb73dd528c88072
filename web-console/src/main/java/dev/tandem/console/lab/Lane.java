package dev.tandem.console.lab;

/** One side's clients. */
interface Lane extends AutoCloseable {

    Side side();

    /** Name of its topic or queue. */
    String name();

    /** Makes the topic or queue and connects all producers and consumers. */
    void open() throws Exception;

    /** Returns when consumers receive what is published. */
    void awaitReady() throws Exception;

    /** From now on arrivals are counted here. */
    void record(RoundRecorder recorder);

    /** One producer of this lane, connected. */
    Publisher publisher(int producer);

    /** Acknowledges, or commits, everything received so far. */
    void settle() throws Exception;

    /** Disconnects everybody and removes the topic or queue. */
    @Override
    void close();

    /** Publishes from one thread; acknowledgements arrive on another. */
    interface Publisher {
        /**
         * Sends one message without waiting for its acknowledgement; {@code whenDone} hears on any thread whether it
         * came.
         */
        void publish(byte[] body, long sequence, Acknowledgement whenDone) throws Exception;
    }

    /** What becomes of a published message. */
    interface Acknowledgement {
        void done(boolean acknowledged);
    }
}
