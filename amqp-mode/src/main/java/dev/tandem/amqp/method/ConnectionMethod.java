package dev.tandem.amqp.method;

import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.storage.record.Slice;

/** Class connection (AMQP 0-9-1 §1.4): negotiates, opens and closes a connection; channel 0 only. */
public sealed interface ConnectionMethod extends Method {
    int CLASS_ID = 10;

    @Override
    default int classId() {
        return CLASS_ID;
    }

    /** Reads the arguments of a method of this class. */
    static ConnectionMethod read(int methodId, MethodReader in) {
        return switch (methodId) {
            case Start.METHOD_ID -> Start.read(in);
            case StartOk.METHOD_ID -> StartOk.read(in);
            case Secure.METHOD_ID -> Secure.read(in);
            case SecureOk.METHOD_ID -> SecureOk.read(in);
            case Tune.METHOD_ID -> Tune.read(in);
            case TuneOk.METHOD_ID -> TuneOk.read(in);
            case Open.METHOD_ID -> Open.read(in);
            case OpenOk.METHOD_ID -> OpenOk.read(in);
            case Close.METHOD_ID -> Close.read(in);
            case CloseOk.METHOD_ID -> new CloseOk();
            case Blocked.METHOD_ID -> Blocked.read(in);
            case Unblocked.METHOD_ID -> new Unblocked();
            case UpdateSecret.METHOD_ID -> UpdateSecret.read(in);
            case UpdateSecretOk.METHOD_ID -> new UpdateSecretOk();
            default -> throw MethodCodec.unknown(CLASS_ID, methodId);
        };
    }

    /** Offers protocol version, properties, security mechanisms and locales. */
    record Start(int versionMajor, int versionMinor, FieldTable serverProperties, Slice mechanisms, Slice locales)
            implements ConnectionMethod {
        public static final int METHOD_ID = 10;

        static Start read(MethodReader in) {
            int versionMajor = in.readOctet();
            int versionMinor = in.readOctet();
            FieldTable serverProperties = in.readTable();
            Slice mechanisms = in.readLongString();
            Slice locales = in.readLongString();
            return new Start(versionMajor, versionMinor, serverProperties, mechanisms, locales);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.start";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeOctet(versionMajor);
            out.writeOctet(versionMinor);
            out.writeTable(serverProperties);
            out.writeLongString(mechanisms);
            out.writeLongString(locales);
        }
    }

    /** Picks mechanism and locale; carries the client's properties and its security response. */
    record StartOk(FieldTable clientProperties, String mechanism, Slice response, String locale)
            implements ConnectionMethod {
        public static final int METHOD_ID = 11;

        static StartOk read(MethodReader in) {
            FieldTable clientProperties = in.readTable();
            String mechanism = in.readShortString();
            Slice response = in.readLongString();
            String locale = in.readShortString();
            return new StartOk(clientProperties, mechanism, response, locale);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.start-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeTable(clientProperties);
            out.writeShortString(mechanism);
            out.writeLongString(response);
            out.writeShortString(locale);
        }
    }

    /** Challenges the client. */
    record Secure(Slice challenge) implements ConnectionMethod {
        public static final int METHOD_ID = 20;

        static Secure read(MethodReader in) {
            Slice challenge = in.readLongString();
            return new Secure(challenge);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.secure";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLongString(challenge);
        }
    }

    /** Answers a challenge. */
    record SecureOk(Slice response) implements ConnectionMethod {
        public static final int METHOD_ID = 21;

        static SecureOk read(MethodReader in) {
            Slice response = in.readLongString();
            return new SecureOk(response);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.secure-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLongString(response);
        }
    }

    /** Proposes limits; 0 means none. */
    record Tune(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
        public static final int METHOD_ID = 30;

        static Tune read(MethodReader in) {
            int channelMax = in.readShort();
            long frameMax = in.readLong();
            int heartbeat = in.readShort();
            return new Tune(channelMax, frameMax, heartbeat);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.tune";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(channelMax);
            out.writeLong(frameMax);
            out.writeShort(heartbeat);
        }
    }

    /** Settles limits; 0 means none. */
    record TuneOk(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
        public static final int METHOD_ID = 31;

        static TuneOk read(MethodReader in) {
            int channelMax = in.readShort();
            long frameMax = in.readLong();
            int heartbeat = in.readShort();
            return new TuneOk(channelMax, frameMax, heartbeat);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.tune-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(channelMax);
            out.writeLong(frameMax);
            out.writeShort(heartbeat);
        }
    }

    /** Opens a virtual host. */
    record Open(String virtualHost) implements ConnectionMethod {
        public static final int METHOD_ID = 40;

        static Open read(MethodReader in) {
            String virtualHost = in.readShortString();
            in.skipShortString();
            int bits = in.readOctet();
            return new Open(virtualHost);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.open";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString(virtualHost);
            out.writeShortString("");
            out.writeBits(false);
        }
    }

    /** The virtual host is open. */
    record OpenOk() implements ConnectionMethod {
        public static final int METHOD_ID = 41;

        static OpenOk read(MethodReader in) {
            in.skipShortString();
            return new OpenOk();
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.open-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString("");
        }
    }

    /** Closes the connection, naming the method at fault or 0, 0. */
    record Close(int replyCode, String replyText, int failingClassId, int failingMethodId) implements ConnectionMethod {
        public static final int METHOD_ID = 50;

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
            return "connection.close";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShort(replyCode);
            out.writeShortString(replyText);
            out.writeShort(failingClassId);
            out.writeShort(failingMethodId);
        }
    }

    /** Confirms the close; nothing follows. */
    record CloseOk() implements ConnectionMethod {
        public static final int METHOD_ID = 51;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.close-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Extension: the server has stopped reading publishes. */
    record Blocked(String reason) implements ConnectionMethod {
        public static final int METHOD_ID = 60;

        static Blocked read(MethodReader in) {
            String reason = in.readShortString();
            return new Blocked(reason);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.blocked";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeShortString(reason);
        }
    }

    /** Extension: the server reads publishes again. */
    record Unblocked() implements ConnectionMethod {
        public static final int METHOD_ID = 61;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.unblocked";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }

    /** Extension: replaces the credentials. */
    record UpdateSecret(Slice newSecret, String reason) implements ConnectionMethod {
        public static final int METHOD_ID = 70;

        static UpdateSecret read(MethodReader in) {
            Slice newSecret = in.readLongString();
            String reason = in.readShortString();
            return new UpdateSecret(newSecret, reason);
        }

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.update-secret";
        }

        @Override
        public void writeArguments(MethodWriter out) {
            out.writeLongString(newSecret);
            out.writeShortString(reason);
        }
    }

    /** Extension: the credentials were accepted. */
    record UpdateSecretOk() implements ConnectionMethod {
        public static final int METHOD_ID = 71;

        @Override
        public int methodId() {
            return METHOD_ID;
        }

        @Override
        public String name() {
            return "connection.update-secret-ok";
        }

        @Override
        public void writeArguments(MethodWriter out) {}
    }
}
