// Programs to paste, with the addresses that were really bound.
const hostOf = (address) => address.slice(0, address.lastIndexOf(':'));
const portOf = (address) => address.slice(address.lastIndexOf(':') + 1);

export const logSnippets = (bootstrap) => ({
  'kafka-python': `from kafka import KafkaConsumer, KafkaProducer

producer = KafkaProducer(bootstrap_servers="${bootstrap}", acks="all")
producer.send("orders", b"one bicycle for two").get(timeout=10)

consumer = KafkaConsumer("orders", bootstrap_servers="${bootstrap}",
                         group_id="billing", auto_offset_reset="earliest")
for record in consumer:
    print(record.offset, record.value)`,
  kcat: `echo "one bicycle for two" | kcat -P -b ${bootstrap} -t orders

kcat -b ${bootstrap} -G billing -X auto.offset.reset=earliest orders`,
  Java: `var config = Map.<String, Object>of("bootstrap.servers", "${bootstrap}");
try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
    producer.send(new ProducerRecord<>("orders", "one bicycle for two")).get();
}`,
});

export const queueSnippets = (uri) => {
  const address = new URL(uri.replace(/^amqp:/, 'http:')).host || 'localhost:5672';
  const host = hostOf(address) || address;
  return {
    pika: `import pika

connection = pika.BlockingConnection(pika.URLParameters("${uri}"))
channel = connection.channel()
channel.queue_declare("invoices", durable=True)
channel.basic_publish("", "invoices", b"one bicycle for two",
                      pika.BasicProperties(delivery_mode=2))

method, properties, body = channel.basic_get("invoices")
print(body)
channel.basic_ack(method.delivery_tag)`,
    'pika, consumer': `import pika

def handle(channel, method, properties, body):
    print(method.redelivered, body)
    channel.basic_ack(method.delivery_tag)

channel = pika.BlockingConnection(pika.URLParameters("${uri}")).channel()
channel.queue_declare("invoices", durable=True)
channel.basic_consume("invoices", handle)
channel.start_consuming()`,
    Java: `var factory = new ConnectionFactory();
factory.setHost("${host}");
factory.setPort(${portOf(address)});
try (var connection = factory.newConnection(); var channel = connection.createChannel()) {
    channel.queueDeclare("invoices", true, false, false, null);
    channel.confirmSelect();
    channel.basicPublish("", "invoices", MessageProperties.PERSISTENT_BASIC, "one bicycle for two".getBytes());
    channel.waitForConfirmsOrDie(5_000);
}`,
  };
};
