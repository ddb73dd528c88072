package dev.tandem.amqp.method;

/** Class confirm (RabbitMQ extension): switches publisher confirms on. */
public sealed interface ConfirmMethod extends Method {
    int CLASS_ID = 85;

    @Override
    default int classId() {
        return CLASS_ID;
    }

    /** Reads the arguments of a method of this class. */
    static ConfirmMethod read(int methodId, MethodReader in) {
        return switch (methodId) {
            case Select.METHOD_ID -> Select.read(in);
            case SelectOk.METHOD_ID -> new SelectOk();
            default -> throw MethodCodec.unknown(CLASS_ID, methodId);
        };
    }

    /** Asks for publisher confirms. */
    record Select(boolean nowait) implements ConfirmMethod {
        public static final int METHOD_ID = 10;

        static Select read(MethodReader in) {
            int bits = in.readOctet();
            boolean nowait = (bits & 1) != 0;
            return new Select(nowait);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "confirm.select";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeBits(nowait);
        }
    }

    /** Publishes are confirmed from here on. */
    record SelectOk() implements ConfirmMethod {
        public static final int METHOD_ID = 11;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "confirm.select-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }
}
