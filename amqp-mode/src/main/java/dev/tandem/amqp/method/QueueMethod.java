package dev.tandem.amqp.method;

import dev.tandem.amqp.wire.FieldTable;

/** Class queue (AMQP 0-9-1 §1.7): declares, deletes, purges and binds queues. */
public sealed interface QueueMethod extends Method {
    int CLASS_ID = 50;

    @Override
    default int classId() {
        return CLASS_ID;
    }

    /** Reads the arguments of a method of this class. */
    static QueueMethod read(int methodId, MethodReader in) {
        return switch (methodId) {
            case Declare.METHOD_ID -> Declare.read(in);
            case DeclareOk.METHOD_ID -> DeclareOk.read(in);
            case Bind.METHOD_ID -> Bind.read(in);
            case BindOk.METHOD_ID -> new BindOk();
            case Purge.METHOD_ID -> Purge.read(in);
            case PurgeOk.METHOD_ID -> PurgeOk.read(in);
            case Delete.METHOD_ID -> Delete.read(in);
            case DeleteOk.METHOD_ID -> DeleteOk.read(in);
            case Unbind.METHOD_ID -> Unbind.read(in);
            case UnbindOk.METHOD_ID -> new UnbindOk();
            default -> throw MethodCodec.unknown(CLASS_ID, methodId);
        };
    }

    /** Declares a queue. */
    record Declare(
            String queue,
            boolean passive,
            boolean durable,
            boolean exclusive,
            boolean autoDelete,
            boolean nowait,
            FieldTable arguments)
            implements QueueMethod {
        public static final int METHOD_ID = 10;

        static Declare read(MethodReader in) {
            in.skip(2);
            String queue = in.readShortString();
            int bits = in.readOctet();
            boolean passive = (bits & 1) != 0;
            boolean durable = (bits & 2) != 0;
            boolean exclusive = (bits & 4) != 0;
            boolean autoDelete = (bits & 8) != 0;
            boolean nowait = (bits & 16) != 0;
            FieldTable arguments = in.readTable();
            return new Declare(queue, passive, durable, exclusive, autoDelete, nowait, arguments);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.declare";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(queue);
            out.writeBits(passive, durable, exclusive, autoDelete, nowait);
            out.writeTable(arguments);
        }
    }

    /** The queue exists; counts are of ready messages and of consumers. */
    record DeclareOk(String queue, long messageCount, long consumerCount) implements QueueMethod {
        public static final int METHOD_ID = 11;

        static DeclareOk read(MethodReader in) {
            String queue = in.readShortString();
            long messageCount = in.readLong();
            long consumerCount = in.readLong();
            return new DeclareOk(queue, messageCount, consumerCount);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.declare-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString(queue);
            out.writeLong(messageCount);
            out.writeLong(consumerCount);
        }
    }

    /** Binds a queue to an exchange. */
    record Bind(String queue, String exchange, String routingKey, boolean nowait, FieldTable arguments)
            implements QueueMethod {
        public static final int METHOD_ID = 20;

        static Bind read(MethodReader in) {
            in.skip(2);
            String queue = in.readShortString();
            String exchange = in.readShortString();
            String routingKey = in.readShortString();
            int bits = in.readOctet();
            boolean nowait = (bits & 1) != 0;
            FieldTable arguments = in.readTable();
            return new Bind(queue, exchange, routingKey, nowait, arguments);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.bind";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(queue);
            out.writeShortString(exchange);
            out.writeShortString(routingKey);
            out.writeBits(nowait);
            out.writeTable(arguments);
        }
    }

    /** The binding exists. */
    record BindOk() implements QueueMethod {
        public static final int METHOD_ID = 21;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.bind-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Discards the ready messages. */
    record Purge(String queue, boolean nowait) implements QueueMethod {
        public static final int METHOD_ID = 30;

        static Purge read(MethodReader in) {
            in.skip(2);
            String queue = in.readShortString();
            int bits = in.readOctet();
            boolean nowait = (bits & 1) != 0;
            return new Purge(queue, nowait);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.purge";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(queue);
            out.writeBits(nowait);
        }
    }

    /** So many were discarded. */
    record PurgeOk(long messageCount) implements QueueMethod {
        public static final int METHOD_ID = 31;

        static PurgeOk read(MethodReader in) {
            long messageCount = in.readLong();
            return new PurgeOk(messageCount);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.purge-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLong(messageCount);
        }
    }

    /** Deletes a queue. */
    record Delete(String queue, boolean ifUnused, boolean ifEmpty, boolean nowait) implements QueueMethod {
        public static final int METHOD_ID = 40;

        static Delete read(MethodReader in) {
            in.skip(2);
            String queue = in.readShortString();
            int bits = in.readOctet();
            boolean ifUnused = (bits & 1) != 0;
            boolean ifEmpty = (bits & 2) != 0;
            boolean nowait = (bits & 4) != 0;
            return new Delete(queue, ifUnused, ifEmpty, nowait);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.delete";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(queue);
            out.writeBits(ifUnused, ifEmpty, nowait);
        }
    }

    /** The queue is gone, with so many messages. */
    record DeleteOk(long messageCount) implements QueueMethod {
        public static final int METHOD_ID = 41;

        static DeleteOk read(MethodReader in) {
            long messageCount = in.readLong();
            return new DeleteOk(messageCount);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.delete-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLong(messageCount);
        }
    }

    /** Removes a binding of a queue. */
    record Unbind(String queue, String exchange, String routingKey, FieldTable arguments) implements QueueMethod {
        public static final int METHOD_ID = 50;

        static Unbind read(MethodReader in) {
            in.skip(2);
            String queue = in.readShortString();
            String exchange = in.readShortString();
            String routingKey = in.readShortString();
            FieldTable arguments = in.readTable();
            return new Unbind(queue, exchange, routingKey, arguments);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.unbind";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(queue);
            out.writeShortString(exchange);
            out.writeShortString(routingKey);
            out.writeTable(arguments);
        }
    }

    /** The binding is gone. */
    record UnbindOk() implements QueueMethod {
        public static final int METHOD_ID = 51;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "queue.unbind-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }
}
