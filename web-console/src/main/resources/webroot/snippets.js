// Programs to paste, with the addresses that were really bound.
const hostOf = (address) => address.slice(0, address.lastIndexOf(':'));
const portOf = (address) => address.slice(address.lastIndexOf(':') + 1);

export const logSnippets = (bootstrap) => ({
  'kafka-python': `from kafka import KafkaConsumer, KafkaProducer

broker = "${bootstrap}"
producer = KafkaProducer(
    bootstrap_servers=broker, acks="all")
producer.send("orders", b"one bicycle for two")
producer.flush()

consumer = KafkaConsumer(
    "orders", bootstrap_servers=broker,
    group_id="billing", auto_offset_reset="earliest")
for record in consumer:
    print(record.offset, record.value)`,
  kcat: `echo "one bicycle for two" | kcat -P -b ${bootstrap} -t orders

kcat -b ${bootstrap} -X auto.offset.reset=earliest \\
    -G billing orders`,
  Java: `var config = new Properties();
config.put("bootstrap.servers", "${bootstrap}");
var text = new StringSerializer();
try (var producer = new KafkaProducer<>(config, text, text)) {
    var record = new ProducerRecord<>("orders", "one bicycle", "for two");
    System.out.println(producer.send(record).get().offset());
}`,
});

export const queueSnippets = (uri) => {
  const address = new URL(uri.replace(/^amqp:/, 'http:')).host || 'localhost:5672';
  const host = hostOf(address) || address;
  return {
    pika: `import pika

broker = "${uri}"
connection = pika.BlockingConnection(
    pika.URLParameters(broker))
channel = connection.channel()
channel.queue_declare("invoices", durable=True)
channel.basic_publish(
    "", "invoices", b"one bicycle for two",
    pika.BasicProperties(delivery_mode=2))

method, _, body = channel.basic_get("invoices")
print(body)
channel.basic_ack(method.delivery_tag)`,
    'pika, consumer': `import pika

def handle(channel, method, properties, body):
    print(method.redelivered, body)
    channel.basic_ack(method.delivery_tag)

broker = "${uri}"
connection = pika.BlockingConnection(
    pika.URLParameters(broker))
channel = connection.channel()
channel.queue_declare("invoices", durable=True)
channel.basic_consume("invoices", handle)
channel.start_consuming()`,
    Java: `var factory = new ConnectionFactory();
factory.setHost("${host}");
factory.setPort(${portOf(address)});
try (var connection = factory.newConnection();
        var channel = connection.createChannel()) {
    channel.queueDeclare("invoices", true, false, false, null);
    channel.confirmSelect();
    channel.basicPublish("", "invoices",
            MessageProperties.PERSISTENT_BASIC, "for two".getBytes());
    channel.waitForConfirmsOrDie(5_000);
}`,
  };
};
