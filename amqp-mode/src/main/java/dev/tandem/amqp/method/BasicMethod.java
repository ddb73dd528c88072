package dev.tandem.amqp.method;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.ShortString;

/** Class basic (AMQP 0-9-1 §1.8): publishes, delivers and acknowledges messages. */
public sealed interface BasicMethod extends Method {
    int CLASS_ID = 60;

    @Override
    default int classId() {
        return CLASS_ID;
    }

    /** Reads the arguments of a method of this class. */
    static BasicMethod read(int methodId, MethodReader in) {
        return switch (methodId) {
            case Qos.METHOD_ID -> Qos.read(in);
            case QosOk.METHOD_ID -> new QosOk();
            case Consume.METHOD_ID -> Consume.read(in);
            case ConsumeOk.METHOD_ID -> ConsumeOk.read(in);
            case Cancel.METHOD_ID -> Cancel.read(in);
            case CancelOk.METHOD_ID -> CancelOk.read(in);
            case Publish.METHOD_ID -> Publish.read(in);
            case Return.METHOD_ID -> Return.read(in);
            case Deliver.METHOD_ID -> Deliver.read(in);
            case Get.METHOD_ID -> Get.read(in);
            case GetOk.METHOD_ID -> GetOk.read(in);
            case GetEmpty.METHOD_ID -> GetEmpty.read(in);
            case Ack.METHOD_ID -> Ack.read(in);
            case Reject.METHOD_ID -> Reject.read(in);
            case RecoverAsync.METHOD_ID -> RecoverAsync.read(in);
            case Recover.METHOD_ID -> Recover.read(in);
            case RecoverOk.METHOD_ID -> new RecoverOk();
            case Nack.METHOD_ID -> Nack.read(in);
            default -> throw MethodCodec.unknown(CLASS_ID, methodId);
        };
    }

    /** Limits unacknowledged deliveries. */
    record Qos(long prefetchSize, int prefetchCount, boolean global) implements BasicMethod {
        public static final int METHOD_ID = 10;

        static Qos read(MethodReader in) {
            long prefetchSize = in.readLong();
            int prefetchCount = in.readShort();
            int bits = in.readOctet();
            boolean global = (bits & 1) != 0;
            return new Qos(prefetchSize, prefetchCount, global);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.qos";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLong(prefetchSize);
            out.writeShort(prefetchCount);
            out.writeBits(global);
        }
    }

    /** The limit applies. */
    record QosOk() implements BasicMethod {
        public static final int METHOD_ID = 11;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.qos-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Starts a consumer. */
    record Consume(
            String queue,
            String consumerTag,
            boolean noLocal,
            boolean noAck,
            boolean exclusive,
            boolean nowait,
            FieldTable arguments)
            implements BasicMethod {
        public static final int METHOD_ID = 20;

        static Consume read(MethodReader in) {
            in.skip(2);
            String queue = in.readShortString();
            String consumerTag = in.readShortString();
            int bits = in.readOctet();
            boolean noLocal = (bits & 1) != 0;
            boolean noAck = (bits & 2) != 0;
            boolean exclusive = (bits & 4) != 0;
            boolean nowait = (bits & 8) != 0;
            FieldTable arguments = in.readTable();
            return new Consume(queue, consumerTag, noLocal, noAck, exclusive, nowait, arguments);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.consume";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(queue);
            out.writeShortString(consumerTag);
            out.writeBits(noLocal, noAck, exclusive, nowait);
            out.writeTable(arguments);
        }
    }

    /** The consumer runs. */
    record ConsumeOk(String consumerTag) implements BasicMethod {
        public static final int METHOD_ID = 21;

        static ConsumeOk read(MethodReader in) {
            String consumerTag = in.readShortString();
            return new ConsumeOk(consumerTag);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.consume-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString(consumerTag);
        }
    }

    /** Ends a consumer; the server sends it when the queue is gone. */
    record Cancel(String consumerTag, boolean nowait) implements BasicMethod {
        public static final int METHOD_ID = 30;

        static Cancel read(MethodReader in) {
            String consumerTag = in.readShortString();
            int bits = in.readOctet();
            boolean nowait = (bits & 1) != 0;
            return new Cancel(consumerTag, nowait);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.cancel";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString(consumerTag);
            out.writeBits(nowait);
        }
    }

    /** The consumer has ended. */
    record CancelOk(String consumerTag) implements BasicMethod {
        public static final int METHOD_ID = 31;

        static CancelOk read(MethodReader in) {
            String consumerTag = in.readShortString();
            return new CancelOk(consumerTag);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.cancel-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString(consumerTag);
        }
    }

    /** Publishes the content that follows. */
    record Publish(ShortString exchange, ShortString routingKey, boolean mandatory, boolean immediate)
            implements BasicMethod {
        public static final int METHOD_ID = 40;

        static Publish read(MethodReader in) {
            in.skip(2);
            ShortString exchange = in.readShortStringBytes();
            ShortString routingKey = in.readShortStringBytes();
            int bits = in.readOctet();
            boolean mandatory = (bits & 1) != 0;
            boolean immediate = (bits & 2) != 0;
            return new Publish(exchange, routingKey, mandatory, immediate);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.publish";
        }

        @Override
        public boolean hasContent() {
            return true;
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(exchange);
            out.writeShortString(routingKey);
            out.writeBits(mandatory, immediate);
        }
    }

    /** Returns the content that follows: it could not be routed. */
    record Return(int replyCode, String replyText, ShortString exchange, ShortString routingKey)
            implements BasicMethod {
        public static final int METHOD_ID = 50;

        static Return read(MethodReader in) {
            int replyCode = in.readShort();
            String replyText = in.readShortString();
            ShortString exchange = in.readShortStringBytes();
            ShortString routingKey = in.readShortStringBytes();
            return new Return(replyCode, replyText, exchange, routingKey);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.return";
        }

        @Override
        public boolean hasContent() {
            return true;
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(replyCode);
            out.writeShortString(replyText);
            out.writeShortString(exchange);
            out.writeShortString(routingKey);
        }
    }

    /** Delivers the content that follows to a consumer. */
    record Deliver(
            ShortString consumerTag,
            long deliveryTag,
            boolean redelivered,
            ShortString exchange,
            ShortString routingKey)
            implements BasicMethod {
        public static final int METHOD_ID = 60;

        static Deliver read(MethodReader in) {
            ShortString consumerTag = in.readShortStringBytes();
            long deliveryTag = in.readLongLong();
            int bits = in.readOctet();
            boolean redelivered = (bits & 1) != 0;
            ShortString exchange = in.readShortStringBytes();
            ShortString routingKey = in.readShortStringBytes();
            return new Deliver(consumerTag, deliveryTag, redelivered, exchange, routingKey);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.deliver";
        }

        @Override
        public boolean hasContent() {
            return true;
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString(consumerTag);
            out.writeLongLong(deliveryTag);
            out.writeBits(redelivered);
            out.writeShortString(exchange);
            out.writeShortString(routingKey);
        }
    }

    /** Asks for one message. */
    record Get(String queue, boolean noAck) implements BasicMethod {
        public static final int METHOD_ID = 70;

        static Get read(MethodReader in) {
            in.skip(2);
            String queue = in.readShortString();
            int bits = in.readOctet();
            boolean noAck = (bits & 1) != 0;
            return new Get(queue, noAck);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.get";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(0);
            out.writeShortString(queue);
            out.writeBits(noAck);
        }
    }

    /** Answers with the content that follows; so many ready messages remain. */
    record GetOk(long deliveryTag, boolean redelivered, ShortString exchange, ShortString routingKey, long messageCount)
            implements BasicMethod {
        public static final int METHOD_ID = 71;

        static GetOk read(MethodReader in) {
            long deliveryTag = in.readLongLong();
            int bits = in.readOctet();
            boolean redelivered = (bits & 1) != 0;
            ShortString exchange = in.readShortStringBytes();
            ShortString routingKey = in.readShortStringBytes();
            long messageCount = in.readLong();
            return new GetOk(deliveryTag, redelivered, exchange, routingKey, messageCount);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.get-ok";
        }

        @Override
        public boolean hasContent() {
            return true;
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLongLong(deliveryTag);
            out.writeBits(redelivered);
            out.writeShortString(exchange);
            out.writeShortString(routingKey);
            out.writeLong(messageCount);
        }
    }

    /** The queue has no ready message. */
    record GetEmpty() implements BasicMethod {
        public static final int METHOD_ID = 72;

        static GetEmpty read(MethodReader in) {
            in.skipShortString();
            return new GetEmpty();
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.get-empty";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString("");
        }
    }

    /** Acknowledges deliveries or, from the server, confirms publishes. */
    record Ack(long deliveryTag, boolean multiple) implements BasicMethod {
        public static final int METHOD_ID = 80;

        static Ack read(MethodReader in) {
            long deliveryTag = in.readLongLong();
            int bits = in.readOctet();
            boolean multiple = (bits & 1) != 0;
            return new Ack(deliveryTag, multiple);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.ack";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLongLong(deliveryTag);
            out.writeBits(multiple);
        }
    }

    /** Rejects one delivery. */
    record Reject(long deliveryTag, boolean requeue) implements BasicMethod {
        public static final int METHOD_ID = 90;

        static Reject read(MethodReader in) {
            long deliveryTag = in.readLongLong();
            int bits = in.readOctet();
            boolean requeue = (bits & 1) != 0;
            return new Reject(deliveryTag, requeue);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.reject";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLongLong(deliveryTag);
            out.writeBits(requeue);
        }
    }

    /** Redelivers unacknowledged messages, without an answer. */
    record RecoverAsync(boolean requeue) implements BasicMethod {
        public static final int METHOD_ID = 100;

        static RecoverAsync read(MethodReader in) {
            int bits = in.readOctet();
            boolean requeue = (bits & 1) != 0;
            return new RecoverAsync(requeue);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.recover-async";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeBits(requeue);
        }
    }

    /** Redelivers unacknowledged messages. */
    record Recover(boolean requeue) implements BasicMethod {
        public static final int METHOD_ID = 110;

        static Recover read(MethodReader in) {
            int bits = in.readOctet();
            boolean requeue = (bits & 1) != 0;
            return new Recover(requeue);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.recover";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeBits(requeue);
        }
    }

    /** The messages were requeued. */
    record RecoverOk() implements BasicMethod {
        public static final int METHOD_ID = 111;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.recover-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Extension: rejects deliveries or, from the server, publishes. */
    record Nack(long deliveryTag, boolean multiple, boolean requeue) implements BasicMethod {
        public static final int METHOD_ID = 120;

        static Nack read(MethodReader in) {
            long deliveryTag = in.readLongLong();
            int bits = in.readOctet();
            boolean multiple = (bits & 1) != 0;
            boolean requeue = (bits & 2) != 0;
            return new Nack(deliveryTag, multiple, requeue);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "basic.nack";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLongLong(deliveryTag);
            out.writeBits(multiple, requeue);
        }
    }
}
