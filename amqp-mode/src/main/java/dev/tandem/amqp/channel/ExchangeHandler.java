package dev.tandem.amqp.channel;

import dev.tandem.amqp.access.ChannelAccess;
import dev.tandem.amqp.access.Permission;
import dev.tandem.amqp.access.Resource;
import dev.tandem.amqp.connection.AmqpException;
import dev.tandem.amqp.connection.ReplyCode;
import dev.tandem.amqp.method.ExchangeMethod;
import dev.tandem.amqp.routing.Exchange;
import dev.tandem.amqp.vhost.BindingRequest;
import dev.tandem.amqp.vhost.ExchangeDeclaration;
import dev.tandem.amqp.vhost.VirtualHost;
import dev.tandem.amqp.wire.FieldTable;
import dev.tandem.amqp.wire.FieldValue;
import org.jspecify.annotations.Nullable;

/**
 * Class exchange (AMQP 0-9-1 §1.6, with RabbitMQ's {@code bind} and {@code unbind}). The types of AMQP and those that
 * RabbitMQ brings along; an alternate exchange and internal exchanges as RabbitMQ has them. Answers when durable changes
 * are synced.
 */
final class ExchangeHandler implements MethodHandler<ExchangeMethod> {
    private final Channel channel;
    private final VirtualHost vhost;
    private final ChannelAccess access;

    ExchangeHandler(Channel channel) {
        this.channel = channel;
        this.vhost = channel.vhost();
        this.access = channel.access();
    }

    @Override
    public void handle(ExchangeMethod method) {
        if (method instanceof ExchangeMethod.Declare declare) {
            declare(declare);
        } else if (method instanceof ExchangeMethod.Delete delete) {
            delete(delete);
        } else if (method instanceof ExchangeMethod.Bind bind) {
            bind(bind);
        } else if (method instanceof ExchangeMethod.Unbind unbind) {
            unbind(unbind);
        } else {
            throw Channel.unexpected(method);
        }
    }

    private void declare(ExchangeMethod.Declare declare) {
        String name = Names.strip(declare.exchange());
        forbidDefault(name, declare);
        if (declare.passive()) {
            vhost.exchange(name);
            channel.reply(declare.nowait(), new ExchangeMethod.DeclareOk());
            return;
        }
        access.require(Permission.CONFIGURE, Resource.exchange(name));
        var wish = new ExchangeDeclaration(
                name,
                declare.type(),
                declare.durable(),
                declare.autoDelete(),
                declare.internal(),
                declare.arguments(),
                alternateRefusal(name, declare.arguments()));
        channel.await(
                declare,
                vhost.declareExchange(wish),
                done -> channel.reply(declare.nowait(), new ExchangeMethod.DeclareOk()));
    }

    /** An exchange hands messages over to its alternate: who makes it must be allowed to read here and write there. */
    private @Nullable AmqpException alternateRefusal(String name, FieldTable arguments) {
        if (!(arguments.find(Exchange.ALTERNATE_EXCHANGE).orElse(null) instanceof FieldValue.LongString alternate)) {
            return null;
        }
        AmqpException refusal = access.refusal(Permission.READ, Resource.exchange(name));
        return refusal != null ? refusal : access.refusal(Permission.WRITE, Resource.exchange(alternate.text()));
    }

    private void delete(ExchangeMethod.Delete delete) {
        String name = Names.strip(delete.exchange());
        forbidDefault(name, delete);
        access.require(Permission.CONFIGURE, Resource.exchange(name));
        channel.await(
                delete,
                vhost.deleteExchange(name, delete.ifUnused()),
                done -> channel.reply(delete.nowait(), new ExchangeMethod.DeleteOk()));
    }

    private void bind(ExchangeMethod.Bind bind) {
        String source = Names.strip(bind.source());
        String destination = Names.strip(bind.destination());
        forbidDefault(source, bind);
        forbidDefault(destination, bind);
        access.require(Permission.WRITE, Resource.exchange(destination));
        access.require(Permission.READ, Resource.exchange(source));
        channel.await(
                bind,
                vhost.bind(new BindingRequest(
                        source, false, destination, bind.routingKey(), bind.arguments(), channel.connection())),
                done -> channel.reply(bind.nowait(), new ExchangeMethod.BindOk()));
    }

    private void unbind(ExchangeMethod.Unbind unbind) {
        String source = Names.strip(unbind.source());
        String destination = Names.strip(unbind.destination());
        forbidDefault(source, unbind);
        forbidDefault(destination, unbind);
        access.require(Permission.WRITE, Resource.exchange(destination));
        access.require(Permission.READ, Resource.exchange(source));
        channel.await(
                unbind,
                vhost.unbind(new BindingRequest(
                        source, false, destination, unbind.routingKey(), unbind.arguments(), channel.connection())),
                done -> channel.reply(unbind.nowait(), new ExchangeMethod.UnbindOk()));
    }

    static void forbidDefault(String exchange, dev.tandem.amqp.method.Method method) {
        if (exchange.isEmpty()) {
            throw new AmqpException(
                    ReplyCode.ACCESS_REFUSED, "operation not permitted on the default exchange", method);
        }
    }
}
