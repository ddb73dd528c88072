package dev.tandem.amqp.method;

import dev.tandem.storage.record.Slice;

/** Class channel (AMQP 0-9-1 §1.5): opens and closes channels and switches their flow. */
public sealed interface ChannelMethod extends Method {
    int CLASS_ID = 20;

    @Override
    default int classId() {
        return CLASS_ID;
    }

    /** Reads the arguments of a method of this class. */
    static ChannelMethod read(int methodId, MethodReader in) {
        return switch (methodId) {
            case Open.METHOD_ID -> Open.read(in);
            case OpenOk.METHOD_ID -> OpenOk.read(in);
            case Flow.METHOD_ID -> Flow.read(in);
            case FlowOk.METHOD_ID -> FlowOk.read(in);
            case Close.METHOD_ID -> Close.read(in);
            case CloseOk.METHOD_ID -> new CloseOk();
            default -> throw MethodCodec.unknown(CLASS_ID, methodId);
        };
    }

    /** Opens a channel. */
    record Open() implements ChannelMethod {
        public static final int METHOD_ID = 10;

        static Open read(MethodReader in) {
            in.skipShortString();
            return new Open();
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "channel.open";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString("");
        }
    }

    /** The channel is open. */
    record OpenOk() implements ChannelMethod {
        public static final int METHOD_ID = 11;

        static OpenOk read(MethodReader in) {
            in.skipLongString();
            return new OpenOk();
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "channel.open-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLongString(Slice.EMPTY);
        }
    }

    /** Pauses or resumes content from the peer. */
    record Flow(boolean active) implements ChannelMethod {
        public static final int METHOD_ID = 20;

        static Flow read(MethodReader in) {
            int bits = in.readOctet();
            boolean active = (bits & 1) != 0;
            return new Flow(active);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "channel.flow";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeBits(active);
        }
    }

    /** Confirms the flow state. */
    record FlowOk(boolean active) implements ChannelMethod {
        public static final int METHOD_ID = 21;

        static FlowOk read(MethodReader in) {
            int bits = in.readOctet();
            boolean active = (bits & 1) != 0;
            return new FlowOk(active);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "channel.flow-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeBits(active);
        }
    }

    /** Closes the channel, naming the method at fault or 0, 0. */
    record Close(int replyCode, String replyText, int failingClassId, int failingMethodId) implements ChannelMethod {
        public static final int METHOD_ID = 40;

        static Close read(MethodReader in) {
            int replyCode = in.readShort();
            String replyText = in.readShortString();
            int failingClassId = in.readShort();
            int failingMethodId = in.readShort();
            return new Close(replyCode, replyText, failingClassId, failingMethodId);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "channel.close";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(replyCode);
            out.writeShortString(replyText);
            out.writeShort(failingClassId);
            out.writeShort(failingMethodId);
        }
    }

    /** Confirms the close. */
    record CloseOk() implements ChannelMethod {
        public static final int METHOD_ID = 41;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "channel.close-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }
}
