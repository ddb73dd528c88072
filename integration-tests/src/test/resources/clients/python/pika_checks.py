"""pika, BlockingConnection: see ../README.md."""
import datetime
import decimal
import sys
import threading

import pika
import pika.exceptions

uri, name = sys.argv[1:3]
LARGE = bytes(range(251)) * 4_000
HEADERS = {
    "true": True,
    "false": False,
    "int": -7,
    "long": 2**40,
    "decimal": decimal.Decimal("3.14"),
    "text": "grüße 🐫",
    "bytes": b"\x00\xff",
    "time": datetime.datetime(2026, 11, 24, 12, 30, tzinfo=datetime.timezone.utc),
    "void": None,
    "array": [1, "zwei", [3], {"vier": 4}],
    "table": {"inner": {"deep": "é"}},
    "ключ": "ü",
}
PROPERTIES = dict(
    content_type="text/plain",
    content_encoding="utf-8",
    headers=HEADERS,
    delivery_mode=2,
    priority=9,
    correlation_id="корреляция",
    reply_to="reply",
    expiration="600000",
    message_id="id-1",
    timestamp=1764000000,
    type="kind",
    user_id="guest",
    app_id="app",
)


def connect(**options):
    parameters = pika.URLParameters(uri)
    for option, value in options.items():
        setattr(parameters, option, value)
    return pika.BlockingConnection(parameters)


def closes(code, text, call):
    """The call closes the channel with this code and text."""
    try:
        call()
    except pika.exceptions.ChannelClosedByBroker as closed:
        assert (closed.reply_code, closed.reply_text) == (code, text), closed
    else:
        raise AssertionError(f"not closed with {code}")


def get(channel, queue):
    for _ in range(600):
        method, properties, body = channel.basic_get(queue)
        if method is not None:
            return method, properties, body
        channel.connection.sleep(0.1)
    raise AssertionError(f"{queue} stays empty")


def beat():
    """Keeps a connection with the shortest heartbeat idle for longer than the broker waits for a dead peer."""
    idle = connect(heartbeat=1)
    idle.sleep(4)
    idle.channel().queue_declare("", exclusive=True)
    idle.close()
    idled.append(True)


idled = []
idling = threading.Thread(target=beat)
idling.start()

connection = connect()
channel = connection.channel()
for kind in ["direct", "fanout", "topic", "headers", "x-consistent-hash"]:
    channel.exchange_declare(f"{name}.{kind}", kind, durable=True)
channel.exchange_declare(f"{name}.lost", "fanout", internal=True)
channel.exchange_declare(f"{name}.topic-ae", "topic", arguments={"alternate-exchange": f"{name}.lost"})
queue = f"{name}.größe"
arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": f"{name}.dead", "x-message-ttl": 600_000}
channel.queue_declare(queue, durable=True, arguments=arguments)
channel.queue_declare(f"{name}.dead", durable=True, arguments={"x-queue-type": "quorum"})
channel.queue_bind(queue, f"{name}.topic", "a.*.#")
channel.queue_bind(queue, f"{name}.headers", "", {"x-match": "any", "k": "v", "n": 1})
channel.queue_bind(f"{name}.dead", f"{name}.lost")
channel.exchange_bind(f"{name}.fanout", f"{name}.direct", "through")
channel.queue_bind(queue, f"{name}.fanout")
assert channel.queue_declare(queue, passive=True).method.message_count == 0
assert channel.queue_declare("", exclusive=True).method.queue.startswith("amq.gen-")
closes(404, f"NOT_FOUND - no queue '{name}.none' in vhost '/'",
       lambda: connection.channel().queue_declare(f"{name}.none", passive=True))
closes(406, f"PRECONDITION_FAILED - inequivalent arg 'durable' for queue '{queue}' in vhost '/': "
            "received 'false' but current is 'true'",
       lambda: connection.channel().queue_declare(queue, durable=False, arguments=arguments))
print("ok declare")

channel.confirm_delivery()
for exchange, key, headers in [("", queue, {}), (f"{name}.topic", "a.b.c", {}), (f"{name}.headers", "", {"n": 1}),
                               (f"{name}.direct", "through", {})]:
    for mode in [1, 2]:
        channel.basic_publish(exchange, key, key.encode(),
                              pika.BasicProperties(delivery_mode=mode, headers=headers), mandatory=True)
channel.basic_publish(f"{name}.topic-ae", "nowhere", b"to the alternate exchange", mandatory=True)
assert channel.queue_declare(queue, passive=True).method.message_count == 8
for key in ["queue", "a.b.c", "", "through"]:
    for mode in [1, 2]:
        method, properties, body = get(channel, queue)
        assert method.routing_key == (key if key != "queue" else queue), method
        assert body == method.routing_key.encode() and properties.delivery_mode == mode, properties
        channel.basic_ack(method.delivery_tag)
assert get(channel, f"{name}.dead")[2] == b"to the alternate exchange"
channel.basic_ack(0, multiple=True)
print("ok confirm")

try:
    channel.basic_publish("amq.direct", f"{name}.none", b"back", pika.BasicProperties(message_id="7"), mandatory=True)
except pika.exceptions.UnroutableError as unroutable:
    [returned] = unroutable.messages
    assert (returned.method.reply_code, returned.method.reply_text) == (312, "NO_ROUTE"), returned.method
    assert returned.body == b"back" and returned.properties.message_id == "7", returned
else:
    raise AssertionError("not returned")
channel.basic_publish("amq.direct", f"{name}.none", b"dropped")
print("ok return")

channel.basic_publish("", queue, "grüße 🐫".encode(), pika.BasicProperties(**PROPERTIES))
method, properties, body = get(channel, queue)
assert body.decode() == "grüße 🐫"
# pika 1.2 leaves the zone out.
properties.headers["time"] = properties.headers["time"].replace(tzinfo=datetime.timezone.utc)
assert vars(properties) == vars(pika.BasicProperties(**PROPERTIES)), properties
channel.basic_ack(method.delivery_tag)
print("ok headers")

for size in [0, 1, 131_064, 131_065, len(LARGE)]:
    channel.basic_publish("", queue, LARGE[:size])
    method, _, body = get(channel, queue)
    assert body == LARGE[:size], len(body)
    channel.basic_ack(method.delivery_tag)
small = connect(frame_max=4096)
small.channel().basic_publish("", queue, LARGE)
small.process_data_events(0)
for _, _, body in small.channel().consume(queue, auto_ack=True):
    assert body == LARGE, len(body)
    break
small.close()
print("ok large")

for number in range(10):
    channel.basic_publish("", queue, b"%d" % number)
consumer = connection.channel()
consumer.basic_qos(prefetch_count=3)
taken = []
for method, _, body in consumer.consume(queue, inactivity_timeout=1):
    if method is not None:
        taken.append((method.delivery_tag, body))
    elif len(taken) >= 3:
        break
assert [body for _, body in taken] == [b"0", b"1", b"2"], taken
consumer.basic_ack(taken[2][0], multiple=True)
for method, _, body in consumer.consume(queue):
    taken.append((method.delivery_tag, body))
    consumer.basic_ack(method.delivery_tag)
    if body == b"9":
        break
assert [body for _, body in taken] == [b"%d" % number for number in range(10)], taken
consumer.cancel()
print("ok prefetch")

for number in range(3):
    channel.basic_publish("", queue, b"%d" % number)
tags = [get(consumer, queue)[0].delivery_tag for _ in range(3)]
consumer.basic_nack(tags[2], multiple=True, requeue=True)
again = [get(consumer, queue) for _ in range(3)]
assert [(body, method.redelivered) for method, _, body in again] == [(b"0", True), (b"1", True), (b"2", True)]
consumer.basic_reject(again[0][0].delivery_tag, requeue=False)
consumer.basic_ack(again[1][0].delivery_tag)
consumer.close()
method, properties, body = get(channel, queue)
assert (body, method.redelivered) == (b"2", True), "what was not acknowledged goes back when its channel closes"
channel.basic_ack(method.delivery_tag)
method, properties, body = get(channel, f"{name}.dead")
assert (body, properties.headers["x-first-death-reason"]) == (b"0", "rejected"), properties
[death] = properties.headers["x-death"]
assert (death["queue"], death["count"], death["routing-keys"]) == (queue, 1, [queue]), death
channel.basic_ack(method.delivery_tag)
print("ok requeue")

transaction = connection.channel()
transaction.tx_select()
transaction.basic_publish("", queue, b"never")
transaction.tx_rollback()
transaction.basic_publish("", queue, b"committed")
assert channel.basic_get(queue)[0] is None
transaction.tx_commit()
method, _, body = get(transaction, queue)
assert body == b"committed", body
transaction.basic_ack(method.delivery_tag)
transaction.tx_commit()
transaction.close()
assert channel.queue_declare(queue, passive=True).method.message_count == 0
print("ok tx")

watcher = connection.channel()
watcher.queue_declare(f"{name}.doomed")
cancelled = []
watcher.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
tag = watcher.basic_consume(f"{name}.doomed", lambda *delivery: None)
channel.queue_delete(f"{name}.doomed")
for _ in range(600):
    connection.process_data_events(0.1)
    if cancelled:
        break
assert cancelled == [tag], cancelled
assert watcher.is_open
print("ok cancel")

idling.join()
assert idled, "the idle connection died"
print("ok heartbeat")

for doomed in [queue, f"{name}.dead"]:
    channel.queue_delete(doomed)
for kind in ["direct", "fanout", "topic", "topic-ae", "headers", "x-consistent-hash", "lost"]:
    channel.exchange_delete(f"{name}.{kind}")
connection.close()
print("ok delete")
