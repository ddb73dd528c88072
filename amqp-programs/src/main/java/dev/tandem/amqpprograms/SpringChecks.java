package dev.tandem.amqpprograms;

import com.rabbitmq.client.AMQP;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessagePropertiesBuilder;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.ReturnedMessage;
import org.springframework.amqp.rabbit.AsyncRabbitTemplate;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.transaction.RabbitTransactionManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A Spring AMQP application that checks what it gets. Prints a line {@code ok ...} for each check; arguments: a URI, and a
 * name with which those of all queues and exchanges begin.
 */
public final class SpringChecks {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LARGE = 1_000_000;

    private final String name;
    private final AnnotationConfigApplicationContext application;
    private final CachingConnectionFactory connections;
    private final AmqpAdmin admin;
    private final Listeners listeners;
    private final RabbitTemplate template;
    private final String held;

    private SpringChecks(String name, AnnotationConfigApplicationContext application) {
        this.name = name;
        this.application = application;
        this.connections = application.getBean(CachingConnectionFactory.class);
        this.admin = application.getBean(AmqpAdmin.class);
        this.listeners = application.getBean(Listeners.class);
        this.template = template(connections);
        this.held = name + ".held";
    }

    /** Runs all checks; the first that fails ends the program with an exit code other than 0. */
    public static void main(String[] arguments) {
        try {
            check(arguments[0], arguments[1]);
            say("ok delete");
            // Threads that the library leaves behind end a minute later.
            System.exit(0);
        } catch (Exception | AssertionError failure) {
            say("FAILED " + failure);
            say(String.valueOf(List.of(failure.getStackTrace())));
            System.exit(1);
        }
    }

    private static void check(String uri, String name) throws Exception {
        try (var application = new AnnotationConfigApplicationContext()) {
            application
                    .getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("arguments", Map.of("uri", uri, "name", name)));
            application.register(SpringTopology.class);
            application.refresh();
            new SpringChecks(name, application).run();
        }
    }

    private static RabbitTemplate template(CachingConnectionFactory connections) {
        var template = new RabbitTemplate(connections);
        template.setMandatory(true);
        template.setReplyTimeout(LIMIT.toMillis());
        template.setReceiveTimeout(LIMIT.toMillis());
        return template;
    }

    private void run() throws Exception {
        var idle = connectWithShortHeartbeats();
        long idleSince = System.nanoTime();
        declare();
        confirm();
        returned();
        headers();
        large();
        listen();
        requeue();
        batch();
        rpc();
        transaction();
        cancel();
        heartbeat(idle, idleSince);
        delete();
    }

    private void declare() {
        require(admin.getQueueInfo(held) != null, "the queue was not declared");
        require(admin.getQueueInfo(name + ".none") == null, "there is a queue that nobody declared");
        String named = Objects.requireNonNull(admin.declareQueue()).getName();
        require(named.startsWith("spring.gen-") || named.startsWith("amq.gen-"), named);
        try {
            admin.declareQueue(QueueBuilder.durable(held).build());
            throw new AssertionError("a contradicting declaration was accepted");
        } catch (AmqpException refused) {
            String text = "PRECONDITION_FAILED - inequivalent arg 'durable' for queue '" + held
                    + "' in vhost '/': received 'true' but current is 'false'";
            require(String.valueOf(rootOf(refused).getMessage()).contains(text), refused);
        }
        say("ok declare");
    }

    private void confirm() throws Exception {
        var confirms = new ArrayList<CorrelationData>();
        for (int i = 0; i < 300; i++) {
            var correlation = new CorrelationData(Integer.toString(i));
            var mode = i % 2 == 0 ? MessageDeliveryMode.PERSISTENT : MessageDeliveryMode.NON_PERSISTENT;
            var message = MessageBuilder.withBody(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                    .setDeliveryMode(mode)
                    .setHeader("k", "v")
                    .build();
            switch (i % 3) {
                case 0 -> template.send("", held, message, correlation);
                case 1 -> template.send(name + ".topic", "a.b.c", message, correlation);
                default -> template.send(name + ".fanout", "", message, correlation);
            }
            confirms.add(correlation);
        }
        for (var correlation : confirms) {
            var confirm = correlation.getFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            require(confirm.ack() && correlation.getReturned() == null, correlation);
        }
        for (int i = 0; i < 300; i++) {
            String body = text(receive());
            require(body.equals(Integer.toString(i)), body);
        }
        say("ok confirm");
    }

    private void returned() throws Exception {
        var correlation = new CorrelationData("lost");
        template.convertAndSend("", name + ".none", "back", correlation);
        var confirm = correlation.getFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        // The confirm completes only when the return has been handed over.
        ReturnedMessage returned = Objects.requireNonNull(correlation.getReturned(), "nothing was returned");
        require(confirm.ack(), "an unroutable message is confirmed all the same");
        require(
                returned.getReplyCode() == AMQP.NO_ROUTE
                        && returned.getReplyText().equals("NO_ROUTE"),
                returned);
        require(text(returned.getMessage()).equals("back"), returned);
        say("ok return");
    }

    private void headers() {
        Map<String, @Nullable Object> headers = new HashMap<>();
        headers.put("boolean", true);
        headers.put("byte", (byte) -1);
        headers.put("short", (short) -300);
        headers.put("int", -70_000);
        headers.put("long", 1L << 40);
        headers.put("float", 0.5f);
        headers.put("double", 0.1);
        headers.put("decimal", new BigDecimal("3.14"));
        headers.put("text", "grüße 🐫");
        headers.put("time", new Date(1_764_000_000_000L));
        headers.put("void", null);
        headers.put("array", Arrays.asList(1, "zwei", List.of(3L), Map.of("vier", 4)));
        headers.put("table", Map.of("inner", Map.of("deep", "é")));
        headers.put("ключ", "ü");
        var properties = MessagePropertiesBuilder.newInstance()
                .copyHeaders(headers)
                .setContentType("text/plain")
                .setContentEncoding("utf-8")
                .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
                .setPriority(9)
                .setCorrelationId("корреляция")
                .setReplyTo("reply")
                .setExpiration("600000")
                .setMessageId("id-1")
                .setTimestamp(new Date(1_764_000_000_000L))
                .setType("kind")
                .setUserId("guest")
                .setAppId("app")
                .build();
        template.send("", held, new Message("grüße 🐫".getBytes(StandardCharsets.UTF_8), properties));
        Message message = receive();
        var got = message.getMessageProperties();
        require(text(message).equals("grüße 🐫"), message);
        require(got.getHeaders().equals(headers), got.getHeaders());
        require("guest".equals(got.getReceivedUserId()), got);
        require(got.getReceivedDeliveryMode() == MessageDeliveryMode.PERSISTENT, got);
        require(
                List.of(got.getContentType(), got.getContentEncoding(), got.getPriority(), got.getCorrelationId())
                        .equals(List.of("text/plain", "utf-8", 9, "корреляция")),
                got);
        require(
                List.of(got.getReplyTo(), got.getExpiration(), got.getMessageId(), got.getTimestamp())
                        .equals(List.of("reply", "600000", "id-1", new Date(1_764_000_000_000L))),
                got);
        require(List.of(got.getType(), got.getAppId()).equals(List.of("kind", "app")), got);
        say("ok headers");
    }

    private void large() {
        byte[] body = new byte[LARGE];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i % 251);
        }
        template.send("", held, MessageBuilder.withBody(body).build());
        require(Arrays.equals(receive().getBody(), body), "another body than the large one");
        say("ok large");
    }

    private void listen() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            template.convertAndSend("", name + ".manual", "manual " + i);
        }
        for (int i = 0; i < 10; i++) {
            String body = next(listeners.manual);
            require(body.equals("manual " + i), body);
        }
        for (int i = 0; i < 100; i++) {
            template.convertAndSend("", name + ".work", "work " + i);
        }
        var done = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            done.add(next(listeners.work));
        }
        require(
                IntStream.range(0, 100).allMatch(i -> done.contains("work " + i + " false")),
                "not all was listened to: " + done);
        say("ok prefetch");
    }

    private void requeue() throws InterruptedException {
        template.convertAndSend("", name + ".work", "fail once");
        String again = next(listeners.work);
        require(again.equals("fail once true"), again);
        template.convertAndSend("", name + ".work", "reject this");
        Message dead = next(listeners.dead);
        var death = Objects.requireNonNull(dead.getMessageProperties().getXDeathHeader())
                .get(0);
        require((name + ".work").equals(death.get("queue")) && "rejected".equals(death.get("reason")), death);
        require(text(dead).equals("reject this"), dead);
        say("ok requeue");
    }

    private void batch() throws InterruptedException {
        for (int i = 0; i < 40; i++) {
            template.convertAndSend("", name + ".batch", "batch " + i);
        }
        var got = new ArrayList<String>();
        while (got.size() < 40) {
            next(listeners.batches).forEach(message -> got.add(text(message)));
        }
        require(got.equals(IntStream.range(0, 40).mapToObj(i -> "batch " + i).toList()), got);
        say("ok batch");
    }

    private void rpc() throws Exception {
        for (int i = 0; i < 50; i++) {
            Object answer = template.convertSendAndReceive("", name + ".rpc", "call " + i);
            require(("answer to call " + i).equals(answer), String.valueOf(answer));
        }
        var byQueue = template(connections);
        byQueue.setUseTemporaryReplyQueues(true);
        require("answer to x".equals(byQueue.convertSendAndReceive("", name + ".rpc", "x")), "no answer by a queue");
        var asynchronous = new AsyncRabbitTemplate(template);
        asynchronous.setReceiveTimeout(LIMIT.toMillis());
        asynchronous.start();
        var calls = IntStream.range(0, 50)
                .mapToObj(i -> asynchronous.<String>convertSendAndReceive("", name + ".rpc", "async " + i))
                .toList();
        for (int i = 0; i < 50; i++) {
            String answer = calls.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            require(answer.equals("answer to async " + i), answer);
        }
        asynchronous.stop();
        say("ok rpc");
    }

    private void transaction() {
        // Confirms and transactions exclude each other on a channel.
        var plain = plainConnections();
        try {
            var transacted = template(plain);
            transacted.setMandatory(false);
            transacted.setChannelTransacted(true);
            var transaction = new TransactionTemplate(new RabbitTransactionManager(plain));
            transaction.executeWithoutResult(status -> {
                transacted.convertAndSend("", held, "never");
                status.setRollbackOnly();
            });
            transaction.executeWithoutResult(status -> {
                transacted.convertAndSend("", held, "committed");
                require(queued(held) == 0, "seen before the commit");
            });
            require(text(receive()).equals("committed"), "another message than the committed one");
            require(queued(held) == 0, "more than what was committed");
        } finally {
            plain.destroy();
        }
        say("ok tx");
    }

    /** A container whose queue is deleted under it declares it anew and goes on. */
    private void cancel() throws InterruptedException {
        var registry = application.getBean(RabbitListenerEndpointRegistry.class);
        var container = (SimpleMessageListenerContainer) Objects.requireNonNull(registry.getListenerContainer("work"));
        admin.deleteQueue(name + ".work");
        for (int i = 0; i < LIMIT.toMillis() / 100; i++) {
            var queue = admin.getQueueInfo(name + ".work");
            if (queue != null && queue.getConsumerCount() == container.getActiveConsumerCount()) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        template.convertAndSend("", name + ".work", "after the deletion");
        String body = next(listeners.work);
        require(body.equals("after the deletion false"), body);
        say("ok cancel");
    }

    private CachingConnectionFactory connectWithShortHeartbeats() {
        var factory = plainConnections();
        factory.setRequestedHeartBeat(1);
        factory.createConnection();
        return factory;
    }

    /** The connection has done nothing for longer than the broker waits for a dead peer. */
    private void heartbeat(CachingConnectionFactory idle, long since) throws InterruptedException {
        long rest = TimeUnit.SECONDS.toNanos(4) - (System.nanoTime() - since);
        TimeUnit.NANOSECONDS.sleep(rest);
        require(idle.createConnection().isOpen(), "the idle connection died");
        require(new RabbitAdmin(idle).getQueueInfo(held) != null, "the idle connection is of no use");
        idle.destroy();
        say("ok heartbeat");
    }

    private void delete() {
        application.getBean(RabbitListenerEndpointRegistry.class).stop();
        for (String queue : List.of("work", "dead", "held", "manual", "batch")) {
            require(admin.deleteQueue(name + "." + queue), queue);
        }
        for (String exchange : List.of("topic", "headers", "fanout")) {
            require(admin.deleteExchange(name + "." + exchange), exchange);
        }
    }

    private CachingConnectionFactory plainConnections() {
        var factory = new CachingConnectionFactory();
        factory.setUri(Objects.requireNonNull(application.getEnvironment().getProperty("uri")));
        return factory;
    }

    private long queued(String queue) {
        return Objects.requireNonNull(admin.getQueueInfo(queue)).getMessageCount();
    }

    private Message receive() {
        return Objects.requireNonNull(template.receive(held), "nothing came to " + held);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(LIMIT.toSeconds(), TimeUnit.SECONDS), "nothing came");
    }

    private static String text(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static void require(boolean holds, Object otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
