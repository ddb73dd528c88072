package dev.tandem.amqp.method;

/** Class tx (AMQP 0-9-1 §1.9): local transactions. */
public sealed interface TxMethod extends Method {
    int CLASS_ID = 90;

    @Override
    default int classId() {
        return CLASS_ID;
    }

    /** Reads the arguments of a method of this class. */
    static TxMethod read(int methodId, MethodReader in) {
        return switch (methodId) {
            case Select.METHOD_ID -> new Select();
            case SelectOk.METHOD_ID -> new SelectOk();
            case Commit.METHOD_ID -> new Commit();
            case CommitOk.METHOD_ID -> new CommitOk();
            case Rollback.METHOD_ID -> new Rollback();
            case RollbackOk.METHOD_ID -> new RollbackOk();
            default -> throw MethodCodec.unknown(CLASS_ID, methodId);
        };
    }

    /** Makes the channel transactional. */
    record Select() implements TxMethod {
        public static final int METHOD_ID = 10;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "tx.select";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** The channel is transactional. */
    record SelectOk() implements TxMethod {
        public static final int METHOD_ID = 11;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "tx.select-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Commits publishes and acknowledgements. */
    record Commit() implements TxMethod {
        public static final int METHOD_ID = 20;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "tx.commit";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** They are committed. */
    record CommitOk() implements TxMethod {
        public static final int METHOD_ID = 21;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "tx.commit-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Abandons publishes and acknowledgements. */
    record Rollback() implements TxMethod {
        public static final int METHOD_ID = 30;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "tx.rollback";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** They are abandoned. */
    record RollbackOk() implements TxMethod {
        public static final int METHOD_ID = 31;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "tx.rollback-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }
}
