"""confluent-kafka (librdkafka): see ../README.md."""
import sys
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap, name = sys.argv[1:3]
BIG = b"x" * 300_000
LARGE = bytes(range(251)) * 31_873
RAISED = 10_000_000
RECORDS = [
    (b"plain", b"value", [("h", b"1")]),
    ("schlüssel".encode(), "grüße 🐫".encode(), [("ü", "é".encode()), ("h", None)]),
    (None, b"no key", []),
    (b"tombstone", None, []),
    (b"empty", b"", [("h", b"")]),
    (b"big", BIG, []),
]
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def consumer(group, **settings):
    return Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "fetch.message.max.bytes": RAISED,
        **(settings or {"session.timeout.ms": 6000}),
    })


def share(one, other):
    end = time.time() + 60
    shares = []
    while shares != [1, 2] and time.time() < end:
        one.poll(0.2)
        other.poll(0.2)
        shares = sorted([len(one.assignment()), len(other.assignment())])
    assert shares == [1, 2], shares


def read(member, count, seconds=60):
    found, end = [], time.time() + seconds
    while len(found) < count and time.time() < end:
        message = member.poll(0.5)
        if message is not None:
            assert message.error() is None, message.error()
            found.append((message.key(), message.value(), message.headers() or []))
    assert len(found) == count, f"{len(found)} of {count} records"
    return found


admin = AdminClient({"bootstrap.servers": bootstrap})
admin.create_topics([NewTopic(name, 3, 1, config={"max.message.bytes": str(RAISED)})])[name].result(30)
assert len(admin.list_topics(name, timeout=30).topics[name].partitions) == 3
print("ok create")

for codec in CODECS:
    producer = Producer({
        "bootstrap.servers": bootstrap,
        "compression.type": codec,
        "enable.idempotence": True,
        "linger.ms": 20,
    })
    failures = []
    for key, value, headers in RECORDS:
        producer.produce(name, key=key, value=value, headers=headers, on_delivery=lambda e, m: e and failures.append(e))
    assert producer.flush(60) == 0 and not failures, failures
    print("ok produce", codec)

total = len(RECORDS) * len(CODECS)
first = consumer(name)
first.subscribe([name])
found = read(first, total)
for record in RECORDS:
    assert found.count(record) == len(CODECS), f"{record[0]}: {found.count(record)}"
first.commit(asynchronous=False)
first.close()
print("ok consume")

producer = Producer({"bootstrap.servers": bootstrap})
producer.produce(name, key=b"later", value=b"later")
assert producer.flush(60) == 0
second = consumer(name)
second.subscribe([name])
assert read(second, 1) == [(b"later", b"later", [])]
print("ok resume")

producer = Producer({"bootstrap.servers": bootstrap, "message.max.bytes": RAISED})
producer.produce(name, key=b"large", value=LARGE)
assert producer.flush(60) == 0
assert read(second, 1) == [(b"large", LARGE, [])]
print("ok large")

third = consumer(name)
third.subscribe([name])
share(second, third)
second.close()
third.close()
print("ok rebalance")

modern = consumer(name + "-modern", **{"group.protocol": "consumer"})
modern.subscribe(["^" + name + "$"])
found = read(modern, total + 2)
assert found.count((b"later", b"later", [])) == 1
modern.commit(asynchronous=False)
another = consumer(name + "-modern", **{"group.protocol": "consumer"})
another.subscribe(["^" + name + "$"])
share(modern, another)
modern.close()
another.close()
print("ok protocol")

probe = consumer(name + "-probe")
assert sum(probe.get_watermark_offsets(TopicPartition(name, p), timeout=30)[1] for p in range(3)) == total + 2
probe.close()
print("ok offsets")

admin.delete_topics([name])[name].result(30)
print("ok delete")
