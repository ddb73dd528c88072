package dev.tandem.console;

/**
 * Where this broker's clients connect, with the ports that were really bound.
 *
 * @param kafkaBootstrap such as {@code localhost:9092}
 * @param amqpUri such as {@code amqp://guest:guest@localhost:5672}
 */
public record BrokerAddresses(String kafkaBootstrap, String amqpUri) {}
