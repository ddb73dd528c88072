"""kafka-python, 2.0.2 and 3: see ../README.md. A codec whose library is not installed is told of and left out."""
import sys
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka import codec as codecs
from kafka.admin import KafkaAdminClient, NewPartitions, NewTopic

bootstrap, name = sys.argv[1:3]
BIG = b"x" * 300_000
LARGE = bytes(range(251)) * 31_873
RECORDS = [
    (b"plain", b"value", [("h", b"1")]),
    ("schlüssel".encode(), "grüße 🐫".encode(), [("ü", "é".encode())]),
    (None, b"no key", []),
    (b"tombstone", None, []),
    (b"empty", b"", [("h", b"")]),
    (b"big", BIG, []),
]
CODECS = {
    "none": True,
    "gzip": codecs.has_gzip(),
    "snappy": codecs.has_snappy(),
    "lz4": codecs.has_lz4(),
    "zstd": codecs.has_zstd(),
}


def producer(codec="none", **settings):
    return KafkaProducer(
        bootstrap_servers=bootstrap, compression_type=None if codec == "none" else codec, acks="all", linger_ms=20,
        **settings)


def send(sender, records):
    sent = [sender.send(name, key=key, value=value, headers=headers) for key, value, headers in records]
    for future in sent:
        future.get(timeout=60)
    sender.close()


def member():
    return KafkaConsumer(
        name, bootstrap_servers=bootstrap, group_id=name, auto_offset_reset="earliest", enable_auto_commit=False,
        max_partition_fetch_bytes=10_000_000)


def read(consumer, count, seconds=60):
    found, end = [], time.time() + seconds
    while len(found) < count and time.time() < end:
        for records in consumer.poll(timeout_ms=500).values():
            found += [(record.key, record.value, list(record.headers)) for record in records]
    assert len(found) == count, f"{len(found)} of {count} records"
    return found


admin = KafkaAdminClient(bootstrap_servers=bootstrap)
admin.create_topics([NewTopic(name, 3, 1, topic_configs={"max.message.bytes": "10000000"})])
assert name in admin.list_topics()
print("ok create")

available = [codec for codec, there in CODECS.items() if there]
for codec in available:
    send(producer(codec), RECORDS)
    print("ok produce", codec)
for codec in CODECS.keys() - available:
    print("lacks", codec)

total = len(RECORDS) * len(available)
first = member()
found = read(first, total)
for record in RECORDS:
    assert found.count(record) == len(available), f"{record[0]}: {found.count(record)}"
first.commit()
first.close()
print("ok consume")

send(producer(), [(b"later", b"later", [])])
second = member()
assert read(second, 1) == [(b"later", b"later", [])]
print("ok resume")

send(producer(max_request_size=10_000_000), [(b"large", LARGE, [])])
assert read(second, 1) == [(b"large", LARGE, [])]
second.commit()
print("ok large")

partitions = [TopicPartition(name, partition) for partition in range(3)]
assert sum(second.end_offsets(partitions).values()) == total + 2
assert sum(second.committed(partition) or 0 for partition in partitions) == total + 2
second.close()
print("ok offsets")

admin.create_partitions({name: NewPartitions(4)})
admin.delete_topics([name])
admin.close()
print("ok delete")
