package dev.tandem.amqpprograms;

import java.util.Map;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.Exchange;
import org.springframework.amqp.core.ExchangeBuilder;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.annotation.EnableRabbit;
import org.springframework.amqp.rabbit.config.DirectRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;

/** The application of {@link SpringChecks}: what it declares, and the containers of its listeners. */
@Configuration
@EnableRabbit
class SpringTopology {
    @Bean
    static PropertySourcesPlaceholderConfigurer placeholders() {
        return new PropertySourcesPlaceholderConfigurer();
    }

    @Bean
    CachingConnectionFactory connectionFactory(@Value("${uri}") String uri) {
        var factory = new CachingConnectionFactory();
        factory.setUri(uri);
        factory.setPublisherConfirmType(CachingConnectionFactory.ConfirmType.CORRELATED);
        factory.setPublisherReturns(true);
        return factory;
    }

    @Bean
    AmqpAdmin admin(ConnectionFactory connectionFactory) {
        return new RabbitAdmin(connectionFactory);
    }

    @Bean
    Declarables declarables(@Value("${name}") String name) {
        Queue work = QueueBuilder.durable(name + ".work")
                .deadLetterExchange("")
                .deadLetterRoutingKey(name + ".dead")
                .build();
        Queue dead = QueueBuilder.durable(name + ".dead").quorum().build();
        Queue held = QueueBuilder.nonDurable(name + ".held").maxLength(1_000).build();
        Queue manual = QueueBuilder.durable(name + ".manual").maxPriority(5).build();
        Queue batch = QueueBuilder.durable(name + ".batch").ttl(600_000).build();
        Queue rpc = QueueBuilder.nonDurable(name + ".rpc").autoDelete().build();
        Exchange topic = ExchangeBuilder.topicExchange(name + ".topic").build();
        Exchange headers = ExchangeBuilder.headersExchange(name + ".headers").build();
        Exchange fanout = ExchangeBuilder.fanoutExchange(name + ".fanout")
                .alternate(name + ".topic")
                .build();
        Binding byTopic = BindingBuilder.bind(held).to(topic).with("a.*.#").noargs();
        Binding byHeaders =
                BindingBuilder.bind(held).to(headers).with("").and(Map.of("x-match", "any", "k", "v", "n", 1L));
        Binding between = BindingBuilder.bind(headers).to(fanout).with("").noargs();
        return new Declarables(
                work, dead, held, manual, batch, rpc, topic, headers, fanout, byTopic, byHeaders, between);
    }

    @Bean
    Listeners listeners() {
        return new Listeners();
    }

    @Bean
    SimpleRabbitListenerContainerFactory simple(ConnectionFactory connectionFactory) {
        return factory(connectionFactory, 5);
    }

    @Bean
    DirectRabbitListenerContainerFactory direct(ConnectionFactory connectionFactory) {
        var factory = new DirectRabbitListenerContainerFactory();
        factory.setConnectionFactory(connectionFactory);
        factory.setPrefetchCount(10);
        factory.setMonitorInterval(200L);
        return factory;
    }

    @Bean
    SimpleRabbitListenerContainerFactory batching(ConnectionFactory connectionFactory) {
        var factory = factory(connectionFactory, 50);
        factory.setBatchListener(true);
        factory.setConsumerBatchEnabled(true);
        factory.setBatchSize(10);
        return factory;
    }

    private static SimpleRabbitListenerContainerFactory factory(ConnectionFactory connectionFactory, int prefetch) {
        var factory = new SimpleRabbitListenerContainerFactory();
        factory.setConnectionFactory(connectionFactory);
        factory.setPrefetchCount(prefetch);
        factory.setFailedDeclarationRetryInterval(200L);
        factory.setRecoveryInterval(200L);
        return factory;
    }
}
