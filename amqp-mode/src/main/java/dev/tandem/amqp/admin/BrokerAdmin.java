package dev.tandem.amqp.admin;

import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ConnectionList;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.delivery.MessageCounters;
import dev.tandem.amqp.delivery.MessageQueue;
import dev.tandem.amqp.delivery.QueueCounts;
import dev.tandem.amqp.routing.Binding;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.amqp.vhost.VirtualHost;
import dev.tandem.amqp.vhost.VirtualHosts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The admin side of a running broker: reads what queues and connections last published of themselves. */
public final class BrokerAdmin implements AmqpAdmin {
    private final VirtualHosts vhosts;
    private final ConnectionList connections;
    private final MessageCounters counters;
    private final AccessAdmin access;

    /** The admin side over what a broker is made of. */
    public BrokerAdmin(VirtualHosts vhosts, ConnectionList connections, MessageCounters counters, AccessAdmin access) {
        this.access = access;
        this.vhosts = vhosts;
        this.connections = connections;
        this.counters = counters;
    }

    @Override
    public AccessAdmin access() {
        return access;
    }

    @Override
    public List<QueueView> queues() {
        var views = new ArrayList<QueueView>();
        for (VirtualHost vhost : vhosts.all()) {
            vhost.queues().stream()
                    .sorted(Comparator.comparing(MessageQueue::name))
                    .forEach(queue -> views.add(view(vhost, queue)));
        }
        return views;
    }

    @Override
    public List<ExchangeView> exchanges() {
        var views = new ArrayList<ExchangeView>();
        for (VirtualHost vhost : vhosts.all()) {
            sortedExchanges(vhost).forEach(exchange -> views.add(view(vhost, exchange)));
        }
        return views;
    }

    @Override
    public List<BindingView> bindings() {
        var views = new ArrayList<BindingView>();
        for (VirtualHost vhost : vhosts.all()) {
            for (Exchange exchange : sortedExchanges(vhost)) {
                exchange.bindings().stream()
                        .sorted(Comparator.comparing((Binding binding) ->
                                        binding.destination().name())
                                .thenComparing(Binding::routingKey))
                        .forEach(binding -> views.add(new BindingView(
                                vhost.name(),
                                exchange.name(),
                                binding.destination().kind(),
                                binding.destination().name(),
                                binding.routingKey(),
                                binding.arguments().toJava())));
            }
        }
        return views;
    }

    @Override
    public List<ConnectionView> connections() {
        return connections.connections();
    }

    @Override
    public Counters counters() {
        return new Counters(
                connections.connectionsOpened(),
                connections.connectionsClosed(),
                connections.channelsOpened(),
                connections.channelsClosed(),
                counters.queuesDeclared().sum(),
                counters.queuesDeleted().sum(),
                counters.published().sum(),
                counters.publishedConfirm().sum(),
                counters.confirmed().sum(),
                counters.routed().sum(),
                counters.returned().sum(),
                counters.unroutableDropped().sum(),
                counters.droppedByReason(),
                counters.deliveredManualAck().sum(),
                counters.deliveredAutoAck().sum(),
                counters.gotManualAck().sum(),
                counters.gotAutoAck().sum(),
                counters.getEmpty().sum(),
                counters.redelivered().sum(),
                counters.acknowledged().sum());
    }

    @Override
    public CompletableFuture<Long> purgeQueue(String vhost, String name) {
        try {
            MessageQueue queue = queue(vhost, name);
            return CompletableFuture.supplyAsync(queue::purge, queue.owner());
        } catch (AmqpException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Long> deleteQueue(String vhost, String name) {
        try {
            return host(vhost).deleteQueue(queue(vhost, name), false, false);
        } catch (AmqpException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Void> deleteExchange(String vhost, String name) {
        try {
            return host(vhost).deleteExchange(name, false);
        } catch (AmqpException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Boolean> closeConnection(String name, String reason) {
        return connections.close(name, reason);
    }

    private VirtualHost host(String vhost) {
        return vhosts.find(vhost).orElseThrow(() -> new AmqpException(ReplyCode.NOT_FOUND, "no vhost '" + vhost + "'"));
    }

    private MessageQueue queue(String vhost, String name) {
        return host(vhost)
                .findQueue(name)
                .orElseThrow(() ->
                        new AmqpException(ReplyCode.NOT_FOUND, "no queue '" + name + "' in vhost '" + vhost + "'"));
    }

    private static List<Exchange> sortedExchanges(VirtualHost vhost) {
        return vhost.exchanges().stream()
                .sorted(Comparator.comparing(Exchange::name))
                .toList();
    }

    private static QueueView view(VirtualHost vhost, MessageQueue queue) {
        QueueCounts counts = queue.statistics().counts();
        var settings = queue.settings();
        return new QueueView(
                vhost.name(),
                queue.name(),
                settings.durable(),
                settings.autoDelete(),
                settings.isExclusive(),
                settings.arguments().toJava(),
                counts.ready(),
                counts.unacked(),
                counts.consumers(),
                queue.sizeInBytes(),
                queue.statistics().published().sum(),
                queue.statistics().delivered(),
                queue.statistics().acknowledged(),
                queue.statistics().redelivered());
    }

    private static ExchangeView view(VirtualHost vhost, Exchange exchange) {
        return new ExchangeView(
                vhost.name(),
                exchange.name(),
                exchange.type().wireName(),
                exchange.isDurable(),
                exchange.isAutoDelete(),
                exchange.isInternal(),
                exchange.arguments().toJava(),
                exchange.published().sum(),
                exchange.routed().sum(),
                exchange.unroutable().sum());
    }
}
