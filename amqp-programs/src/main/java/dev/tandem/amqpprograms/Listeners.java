package dev.tandem.amqpprograms;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.amqp.AmqpRejectAndDontRequeueException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.support.AmqpHeaders;
import org.springframework.messaging.handler.annotation.Header;

/** The listeners of {@link SpringChecks}: each queue's messages, and what is done with them. */
class Listeners {
    final BlockingQueue<String> work = new LinkedBlockingQueue<>();
    final BlockingQueue<String> manual = new LinkedBlockingQueue<>();
    final BlockingQueue<Message> dead = new LinkedBlockingQueue<>();
    final BlockingQueue<List<Message>> batches = new LinkedBlockingQueue<>();

    /** Fails the first time, and for good when asked for it. */
    @RabbitListener(id = "work", queues = "${name}.work", concurrency = "2", containerFactory = "simple")
    void onWork(String body, @Header(AmqpHeaders.REDELIVERED) boolean redelivered) {
        if (body.startsWith("reject")) {
            throw new AmqpRejectAndDontRequeueException(body);
        }
        if (body.startsWith("fail") && !redelivered) {
            throw new IllegalStateException(body);
        }
        work.add(body + " " + redelivered);
    }

    @RabbitListener(id = "manual", queues = "${name}.manual", ackMode = "MANUAL", containerFactory = "direct")
    void onManual(String body, Channel channel, @Header(AmqpHeaders.DELIVERY_TAG) long tag) throws IOException {
        manual.add(body);
        if (body.endsWith("9")) {
            channel.basicAck(tag, true);
        }
    }

    @RabbitListener(id = "dead", queues = "${name}.dead", containerFactory = "direct")
    void onDead(Message message) {
        dead.add(message);
    }

    @RabbitListener(id = "batch", queues = "${name}.batch", containerFactory = "batching")
    void onBatch(List<Message> messages) {
        batches.add(messages);
    }

    @RabbitListener(id = "rpc", queues = "${name}.rpc", concurrency = "2", containerFactory = "simple")
    String onCall(String body) {
        return "answer to " + body;
    }
}
