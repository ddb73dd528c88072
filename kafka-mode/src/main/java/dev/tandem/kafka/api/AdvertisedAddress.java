package dev.tandem.kafka.api;

import dev.tandem.kafka.KafkaConfig;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/**
 * Where a client is told to find this broker: what {@code kafka.advertised} says, else the very address its connection
 * was accepted on, so that a client that came over IPv4 is never sent to ::1.
 */
public record AdvertisedAddress(String host, int port) {

    /** The address for the client of a request. */
    public static AdvertisedAddress of(KafkaConfig config, RequestContext context) {
        return config.advertised().map(AdvertisedAddress::parse).orElseGet(() -> ofSocket(context.localAddress()));
    }

    private static AdvertisedAddress ofSocket(InetSocketAddress local) {
        return new AdvertisedAddress(NetUtil.toAddressString(local.getAddress()), local.getPort());
    }

    private static AdvertisedAddress parse(String advertised) {
        int colon = advertised.lastIndexOf(':');
        String host = advertised.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new AdvertisedAddress(host, Integer.parseInt(advertised.substring(colon + 1)));
    }
}
