"""pika, SelectConnection, whose calls answer by callbacks: see ../README.md.

The checks are one coroutine, which waits for what a callback brings.
"""
import collections
import sys

import pika

uri, name = sys.argv[1:3]
LARGE = bytes(range(251)) * 4_000
COUNT = 500


class Waiting:
    """Hands the arguments of callbacks, in their order, to the coroutine that runs the checks."""

    def __init__(self, checks):
        self.checks = checks
        self.arrived = collections.deque()
        self.wanted = False

    def start(self, connection):
        self.checks = self.checks(connection, self)
        self.go()

    def arrive(self, *what):
        self.arrived.append(what)
        if self.wanted:
            self.wanted = False
            self.go()

    def go(self):
        try:
            while not self.wanted:
                next(self.checks)
                self.wanted = not self.arrived
        except StopIteration:
            pass


def checks(connection, waiting):
    def opened():
        connection.channel(on_open_callback=waiting.arrive)
        yield
        return waiting.arrived.popleft()[0]

    def answered(call, *arguments, **options):
        call(*arguments, callback=waiting.arrive, **options)
        yield
        return waiting.arrived.popleft()[0].method

    channel = yield from opened()
    queue = (yield from answered(channel.queue_declare, f"{name}.queue", durable=True)).queue
    yield from answered(channel.exchange_declare, f"{name}.fanout", "fanout")
    yield from answered(channel.queue_bind, queue, f"{name}.fanout")
    refused = yield from opened()
    refused.add_on_close_callback(waiting.arrive)
    refused.queue_declare(queue, durable=False)
    yield
    _, reason = waiting.arrived.popleft()
    assert reason.reply_code == 406, reason
    assert connection.is_open and channel.is_open
    print("ok declare")

    yield from answered(
        channel.confirm_delivery, lambda frame: waiting.arrive("confirm", frame.method))
    for number in range(COUNT):
        channel.basic_publish(f"{name}.fanout", "", b"%d" % number, pika.BasicProperties(delivery_mode=1 + number % 2))
    confirmed = set()
    while len(confirmed) < COUNT:
        yield
        _, method = waiting.arrived.popleft()
        assert isinstance(method, pika.spec.Basic.Ack), method
        first = min(set(range(1, method.delivery_tag + 1)) - confirmed) if method.multiple else method.delivery_tag
        confirmed.update(range(first, method.delivery_tag + 1))
    assert confirmed == set(range(1, COUNT + 1))
    print("ok confirm")

    channel.add_on_return_callback(lambda channel, method, properties, body: waiting.arrive(method, body))
    channel.basic_publish("", f"{name}.none", b"back", mandatory=True)
    yield
    returned, body = waiting.arrived.popleft()
    assert (returned.reply_code, returned.reply_text, body) == (312, "NO_ROUTE", b"back"), returned
    yield
    kind, method = waiting.arrived.popleft()
    assert (kind, method.delivery_tag) == ("confirm", COUNT + 1), "the confirm comes after the return"
    print("ok return")

    consumer = yield from opened()
    yield from answered(consumer.basic_qos, prefetch_count=10)
    unacknowledged = []
    consumer.basic_consume(
        queue, lambda channel, method, properties, body: waiting.arrive("delivery", method, body),
        callback=lambda frame: waiting.arrive("consuming", frame.method.consumer_tag, None))
    yield
    kind, tag, _ = waiting.arrived.popleft()
    assert kind == "consuming"
    for number in range(COUNT):
        yield
        kind, method, body = waiting.arrived.popleft()
        assert (kind, body) == ("delivery", b"%d" % number), (number, body)
        unacknowledged.append(method.delivery_tag)
        assert len(unacknowledged) <= 10, "more than the prefetch"
        if len(unacknowledged) == 10:
            consumer.basic_ack(unacknowledged[-1], multiple=True)
            unacknowledged.clear()
    print("ok prefetch")

    channel.basic_publish("", queue, LARGE)
    seen = {}
    while len(seen) < 2:
        yield
        kind, method, *body = waiting.arrived.popleft()
        seen[kind] = body
        if kind == "delivery":
            consumer.basic_ack(method.delivery_tag)
    assert seen == {"delivery": [LARGE], "confirm": []}
    print("ok large")

    consumer.add_on_cancel_callback(lambda frame: waiting.arrive("cancel", frame.method.consumer_tag))
    channel.queue_delete(queue, callback=lambda frame: waiting.arrive("deleted", frame.method.message_count))
    ends = set()
    while len(ends) < 2:
        yield
        ends.add(waiting.arrived.popleft())
    assert ends == {("cancel", tag), ("deleted", 0)}, ends
    print("ok cancel")

    connection.ioloop.call_later(4, waiting.arrive)
    yield
    waiting.arrived.popleft()
    yield from answered(channel.exchange_delete, f"{name}.fanout")
    print("ok heartbeat")
    print("ok delete")
    connection.close()


parameters = pika.URLParameters(uri)
parameters.heartbeat = 1
waiting = Waiting(checks)
ended = []


def failed(connection, why):
    raise SystemExit(f"cannot connect: {why}")


def closed(connection, why):
    ended.append(why)
    connection.ioloop.stop()


connection = pika.SelectConnection(
    parameters, on_open_callback=waiting.start, on_open_error_callback=failed, on_close_callback=closed)
connection.ioloop.start()
assert isinstance(ended[0], pika.exceptions.ConnectionClosedByClient), ended
