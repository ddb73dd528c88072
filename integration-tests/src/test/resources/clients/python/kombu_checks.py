"""kombu over its pyamqp transport: see ../README.md."""
import datetime
import decimal
import socket
import sys
import threading
import time

import amqp.exceptions
import kombu

uri, name = sys.argv[1:3]
LARGE = bytes(range(251)) * 4_000
HEADERS = {
    "true": True,
    "int": -7,
    "long": 2**40,
    "float": 0.5,
    "decimal": decimal.Decimal("3.14"),
    "text": "grüße 🐫",
    "bytes": b"\x00\xff",
    "time": datetime.datetime(2026, 11, 24, 12, 30),
    "void": None,
    "array": [1, "zwei", [3], {"vier": 4}],
    "table": {"inner": {"deep": "é"}},
    "ключ": "ü",
}


def connect(**options):
    return kombu.Connection(uri, transport_options={"confirm_publish": True}, **options)


def beat():
    """Keeps a connection with a short heartbeat quiet for longer than the broker waits for a dead peer."""
    with connect(heartbeat=1) as idle:
        idle.connect()
        end = time.monotonic() + 4
        while time.monotonic() < end:
            idle.heartbeat_check(2)
            try:
                idle.drain_events(timeout=0.2)
            except socket.timeout:
                pass
        idle.SimpleQueue(f"{name}.idle", queue_opts={"exclusive": True, "durable": False}).close()
    idled.append(True)


def take(consumer_channel, queue, count, settle, prefetch=0):
    """Consumes until so many messages have arrived; each is settled as told."""
    taken = []

    def arrived(message):
        taken.append(message)
        settle(message)

    consumer = kombu.Consumer(consumer_channel, [queue], on_message=arrived)
    if prefetch:
        consumer.qos(prefetch_count=prefetch)
    with consumer:
        while len(taken) < count:
            connection.drain_events(timeout=60)
    assert len(taken) == count, taken
    return taken


def awaited(queue):
    for _ in range(600):
        message = queue.get(no_ack=True)
        if message:
            return message
        time.sleep(0.1)
    raise AssertionError(f"{queue} stays empty")


def closes(code, call):
    try:
        call()
    except amqp.exceptions.AMQPError as closed:
        assert closed.code == code, closed
    else:
        raise AssertionError(f"not closed with {code}")


idled = []
idling = threading.Thread(target=beat)
idling.start()

connection = connect()
channel = connection.channel()
topic = kombu.Exchange(f"{name}.topic", "topic")
through = kombu.Exchange(f"{name}.through", "fanout", durable=False, auto_delete=True)
dead = kombu.Queue(f"{name}.dead", queue_arguments={"x-queue-type": "quorum"})
queue = kombu.Queue(
    f"{name}.größe", topic, "a.*.#", max_priority=9, message_ttl=600, max_length=10_000,
    queue_arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead.name})(channel)
queue.declare()
dead = dead(channel)
dead.declare()
through(channel).declare()
through(channel).bind_to(topic, "through.#")
queue.bind_to(through)
closes(404, lambda: kombu.Queue(f"{name}.none")(connection.channel()).queue_declare(passive=True))
closes(406, lambda: kombu.Queue(queue.name, durable=False)(connection.channel()).queue_declare())
print("ok declare")

producer = connection.Producer(channel)
for number in range(20):
    producer.publish({"number": number}, exchange=topic, routing_key="a.b.c" if number % 2 else "through.x",
                     delivery_mode=1 + number % 2, retry=True)
for number in range(20):
    message = awaited(queue)
    assert message.payload == {"number": number}, message.payload
    assert message.properties["delivery_mode"] == 1 + number % 2, message.properties
print("ok confirm")

returned = []
watching = connection.Producer(
    connection.channel(), on_return=lambda exception, exchange, key, message: returned.append((exception, message)))
watching.publish("back", routing_key=f"{name}.none", mandatory=True, serializer="raw", content_type="text/plain")
for _ in range(600):
    if returned:
        break
    try:
        connection.drain_events(timeout=0.1)
    except socket.timeout:
        pass
[(exception, message)] = returned
assert (exception.reply_code, exception.reply_text) == (312, "NO_ROUTE"), exception
print("ok return")

producer.publish("grüße 🐫", routing_key=queue.name, headers=HEADERS, priority=5, correlation_id="корреляция",
                 reply_to="reply", expiration=600, message_id="id-1", type="kind", timestamp=1764000000,
                 user_id="guest", app_id="app")
message = awaited(queue)
assert message.payload == "grüße 🐫"
assert message.headers == HEADERS, message.headers
properties = dict(message.properties, expiration=int(message.properties["expiration"]))
for key, value in dict(priority=5, correlation_id="корреляция", reply_to="reply", expiration=600_000, user_id="guest",
                       message_id="id-1", type="kind", app_id="app").items():
    assert properties[key] == value, (key, properties)
print("ok headers")

for size in [0, 1, 131_064, 131_065, len(LARGE)]:
    producer.publish(LARGE[:size], routing_key=queue.name)
    body = awaited(queue).body
    assert (body.encode() if isinstance(body, str) else bytes(body)) == LARGE[:size], size
for compression in ["zlib", "bzip2"]:
    producer.publish({"many": "x" * 300_000}, routing_key=queue.name, compression=compression)
    assert awaited(queue).payload == {"many": "x" * 300_000}
print("ok large")

for number in range(10):
    producer.publish({"number": number}, routing_key=queue.name, priority=number % 3)
taken = take(connection.channel(), queue, 10, lambda message: message.ack(), prefetch=1)
numbers = [message.payload["number"] for message in taken]
assert numbers == [2, 5, 8, 1, 4, 7, 0, 3, 6, 9], numbers
print("ok priority")

for number in range(10):
    producer.publish({"number": number}, routing_key=queue.name)
holding = connection.channel()
held = []
consumer = kombu.Consumer(holding, [queue], on_message=held.append)
consumer.qos(prefetch_count=3)
consumer.consume()
while True:
    try:
        connection.drain_events(timeout=1)
    except socket.timeout:
        if len(held) >= 3:
            break
assert [message.payload["number"] for message in held] == [0, 1, 2], held
held[2].ack(multiple=True)
while len(held) < 6:
    connection.drain_events(timeout=60)
consumer.cancel()
for message in held[3:]:
    message.requeue()
again = take(holding, queue, 7, lambda message: message.ack())
assert [(m.payload["number"], m.delivery_info["redelivered"]) for m in again] == [(n, n < 6) for n in range(3, 10)]
print("ok prefetch")

producer.publish({"number": -1}, routing_key=queue.name)
take(holding, queue, 1, lambda message: message.reject())
message = awaited(dead)
[death] = message.headers["x-death"]
assert (death["queue"], death["reason"], message.payload["number"]) == (queue.name, "rejected", -1), death
print("ok requeue")

with kombu.Connection(uri) as other:
    transaction = other.channel()
    transaction.tx_select()
    plain = kombu.Producer(transaction)
    plain.publish("never", routing_key=queue.name)
    transaction.tx_rollback()
    plain.publish("committed", routing_key=queue.name)
    assert queue.get(no_ack=True) is None
    transaction.tx_commit()
    assert awaited(queue).payload == "committed"
    assert queue.get(no_ack=True) is None
print("ok tx")

simple = connection.SimpleBuffer(f"{name}.simple")
simple.put({"hello": "world"})
assert simple.get(timeout=60).payload == {"hello": "world"}
simple.close()
print("ok simple")

doomed = kombu.Queue(f"{name}.doomed", durable=False)(holding)
doomed.declare()
cancelled = []
doomed.consume("told", lambda message: None, on_cancel=cancelled.append)
kombu.Queue(doomed.name)(channel).delete()
while not cancelled:
    connection.drain_events(timeout=60)
assert cancelled == ["told"], cancelled
print("ok cancel")

idling.join()
assert idled, "the idle connection died"
print("ok heartbeat")

for entity in [queue, dead, topic(channel), kombu.Queue(f"{name}.simple")(channel)]:
    entity.delete()
connection.release()
print("ok delete")
