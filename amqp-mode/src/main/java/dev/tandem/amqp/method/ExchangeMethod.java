package dev.tandem.amqp.method;

import dev.tandem.amqp.wire.FieldTable;

/** Class exchange (AMQP 0-9-1 §1.6): declares, deletes and binds exchanges. */
public sealed interface ExchangeMethod extends Method {
    int CLASS_ID = 40;

    @Override
    default int classId() {
        return CLASS_ID;
    }

    /** Reads the arguments of a method of this class. */
    static ExchangeMethod read(int methodId, MethodReader in) {
        return switch (methodId) {
            case Declare.METHOD_ID -> Declare.read(in);
            case DeclareOk.METHOD_ID -> new DeclareOk();
            case Delete.METHOD_ID -> Delete.read(in);
            case DeleteOk.METHOD_ID -> new DeleteOk();
            case Bind.METHOD_ID -> Bind.read(in);
            case BindOk.METHOD_ID -> new BindOk();
            case Unbind.METHOD_ID -> Unbind.read(in);
            case UnbindOk.METHOD_ID -> new UnbindOk();
            default -> throw MethodCodec.unknown(CLASS_ID, methodId);
        };
    }

    /** Declares an exchange. */
    record Declare(
            String exchange,
            String type,
            boolean passive,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            boolean nowait,
            FieldTable arguments)
            implements ExchangeMethod {
        public static final int METHOD_ID = 10;

        static Declare read(MethodReader in) {
            in.skip(2);
            String exchange = in.readShortString();
            String type = in.readShortString();
            int bits = in.readOctet();
            boolean passive = (bits & 1) != 0;
            boolean durable = (bits & 2) != 0;
            boolean autoDelete = (bits & 4) != 0;
            boolean internal = (bits & 8) != 0;
            boolean nowait = (bits & 16) != 0;
            FieldTable arguments = in.readTable();
            return new Declare(exchange, type, passive, durable, autoDelete, internal, nowait, arguments);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "exchange.declare";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(exchange);
            out.writeShortString(type);
            out.writeBits(passive, durable, autoDelete, internal, nowait);
            out.writeTable(arguments);
        }
    }

    /** The exchange exists. */
    record DeclareOk() implements ExchangeMethod {
        public static final int METHOD_ID = 11;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "exchange.declare-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Deletes an exchange. */
    record Delete(String exchange, boolean ifUnused, boolean nowait) implements ExchangeMethod {
        public static final int METHOD_ID = 20;

        static Delete read(MethodReader in) {
            in.skip(2);
            String exchange = in.readShortString();
            int bits = in.readOctet();
            boolean ifUnused = (bits & 1) != 0;
            boolean nowait = (bits & 2) != 0;
            return new Delete(exchange, ifUnused, nowait);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "exchange.delete";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(exchange);
            out.writeBits(ifUnused, nowait);
        }
    }

    /** The exchange is gone. */
    record DeleteOk() implements ExchangeMethod {
        public static final int METHOD_ID = 21;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "exchange.delete-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Extension: binds an exchange to another exchange. */
    record Bind(String destination, String source, String routingKey, boolean nowait, FieldTable arguments)
            implements ExchangeMethod {
        public static final int METHOD_ID = 30;

        static Bind read(MethodReader in) {
            in.skip(2);
            String destination = in.readShortString();
            String source = in.readShortString();
            String routingKey = in.readShortString();
            int bits = in.readOctet();
            boolean nowait = (bits & 1) != 0;
            FieldTable arguments = in.readTable();
            return new Bind(destination, source, routingKey, nowait, arguments);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "exchange.bind";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(destination);
            out.writeShortString(source);
            out.writeShortString(routingKey);
            out.writeBits(nowait);
            out.writeTable(arguments);
        }
    }

    /** Extension: the binding exists. */
    record BindOk() implements ExchangeMethod {
        public static final int METHOD_ID = 31;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "exchange.bind-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Extension: removes a binding between exchanges. */
    record Unbind(String destination, String source, String routingKey, boolean nowait, FieldTable arguments)
            implements ExchangeMethod {
        public static final int METHOD_ID = 40;

        static Unbind read(MethodReader in) {
            in.skip(2);
            String destination = in.readShortString();
            String source = in.readShortString();
            String routingKey = in.readShortString();
            int bits = in.readOctet();
            boolean nowait = (bits & 1) != 0;
            FieldTable arguments = in.readTable();
            return new Unbind(destination, source, routingKey, nowait, arguments);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "exchange.unbind";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(destination);
            out.writeShortString(source);
            out.writeShortString(routingKey);
            out.writeBits(nowait);
            out.writeTable(arguments);
        }
    }

    /** Extension: the binding is gone. */
    record UnbindOk() implements ExchangeMethod {
        public static final int METHOD_ID = 51;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "exchange.unbind-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }
}
