package dev.tandem.amqp.method;

/** Class access: access tickets of AMQP 0-8, still sent by old clients; always granted. */
public sealed interface AccessMethod extends Method {
    int CLASS_ID = 30;

    @Override
    default int classId() {
        return CLASS_ID;
    }

    /** Reads the arguments of a method of this class. */
    static AccessMethod read(int methodId, MethodReader in) {
        return switch (methodId) {
            case Request.METHOD_ID -> Request.read(in);
            case RequestOk.METHOD_ID -> RequestOk.read(in);
            default -> throw MethodCodec.unknown(CLASS_ID, methodId);
        };
    }

    /** Asks for a ticket. */
    record Request(String realm, boolean exclusive, boolean passive, boolean active, boolean write, boolean read)
            implements AccessMethod {
        public static final int METHOD_ID = 10;

        static Request read(MethodReader in) {
            String realm = in.readShortString();
            int bits = in.readOctet();
            boolean exclusive = (bits & 1) != 0;
            boolean passive = (bits & 2) != 0;
            boolean active = (bits & 4) != 0;
            boolean write = (bits & 8) != 0;
            boolean read = (bits & 16) != 0;
            return new Request(realm, exclusive, passive, active, write, read);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "access.request";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString(realm);
            out.writeBits(exclusive, passive, active, write, read);
        }
    }

    /** Grants a ticket. */
    record RequestOk(int ticket) implements AccessMethod {
        public static final int METHOD_ID = 11;

        static RequestOk read(MethodReader in) {
            int ticket = in.readShort();
            return new RequestOk(ticket);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "access.request-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(ticket);
        }
    }
}
