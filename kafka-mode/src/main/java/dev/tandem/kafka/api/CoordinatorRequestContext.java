package dev.tandem.kafka.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;

/** A request's origin in the form that Kafka's coordinator takes. */
public record CoordinatorRequestContext(ApiKeys key, RequestContext request) implements AuthorizableRequestContext {

    /** The origin of what the broker itself asks of the coordinator, in the newest version. */
    public static CoordinatorRequestContext internal(ApiKeys key) {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new CoordinatorRequestContext(
                key, new RequestContext(key.latestVersion(), "", here, here, Runnable::run));
    }

    @Override
    public String listenerName() {
        return SecurityProtocol.PLAINTEXT.name;
    }

    @Override
    public SecurityProtocol securityProtocol() {
        return SecurityProtocol.PLAINTEXT;
    }

    @Override
    public KafkaPrincipal principal() {
        return KafkaPrincipal.ANONYMOUS;
    }

    @Override
    public InetAddress clientAddress() {
        return request.clientAddress().getAddress();
    }

    @Override
    public int requestType() {
        return key.id;
    }

    @Override
    public int requestVersion() {
        return request.apiVersion();
    }

    @Override
    public String clientId() {
        return request.clientId();
    }

    /** Not used by the coordinator; correlation ends at the wire. */
    @Override
    public int correlationId() {
        return 0;
    }
}
