"""aiokafka: see ../README.md."""
import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

bootstrap, name = sys.argv[1:3]
BIG = b"x" * 300_000
LARGE = bytes(range(251)) * 31_873
RAISED = 10_000_000
RECORDS = [
    (b"plain", b"value", (("h", b"1"),)),
    ("schlüssel".encode(), "grüße 🐫".encode(), (("ü", "é".encode()),)),
    (None, b"no key", ()),
    (b"tombstone", None, ()),
    (b"empty", b"", (("h", b""),)),
    (b"big", BIG, ()),
]
CODECS = [None, "gzip", "snappy", "lz4", "zstd"]


def consumer(group):
    return AIOKafkaConsumer(
        name,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=6000,
        heartbeat_interval_ms=1000,
        metadata_max_age_ms=2000,
        max_partition_fetch_bytes=RAISED,
    )


async def read(member, count):
    found = []
    while len(found) < count:
        message = await asyncio.wait_for(member.getone(), 60)
        found.append((message.key, message.value, tuple(message.headers)))
    return found


async def main():
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name, 3, 1, topic_configs={"max.message.bytes": str(RAISED)})])
    described = await admin.describe_topics([name])
    assert len(described[0]["partitions"]) == 3, described
    print("ok create")

    for codec in CODECS:
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, compression_type=codec, enable_idempotence=True, linger_ms=20)
        await producer.start()
        sent = [
            await producer.send(name, key=key, value=value, headers=list(headers)) for key, value, headers in RECORDS
        ]
        await asyncio.wait_for(asyncio.gather(*sent), 60)
        await producer.stop()
        print("ok produce", codec or "none")

    total = len(RECORDS) * len(CODECS)
    first = consumer(name)
    await first.start()
    found = await read(first, total)
    for record in RECORDS:
        assert found.count(record) == len(CODECS), (record[0], found.count(record))
    await first.commit()
    await first.stop()
    print("ok consume")

    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    await producer.send_and_wait(name, key=b"later", value=b"later")
    await producer.stop()
    second = consumer(name)
    await second.start()
    assert await read(second, 1) == [(b"later", b"later", ())]
    print("ok resume")

    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=RAISED)
    await producer.start()
    await producer.send_and_wait(name, key=b"large", value=LARGE)
    await producer.stop()
    assert await read(second, 1) == [(b"large", LARGE, ())]
    print("ok large")

    third = consumer(name)
    await third.start()
    for _ in range(300):
        await asyncio.sleep(0.2)
        shares = sorted([len(second.assignment()), len(third.assignment())])
        if shares == [1, 2]:
            break
    assert shares == [1, 2], shares
    print("ok rebalance")

    ends = await third.end_offsets([TopicPartition(name, p) for p in range(3)])
    assert sum(ends.values()) == total + 2, ends
    await second.stop()
    await third.stop()
    print("ok offsets")

    await admin.delete_topics([name])
    await admin.close()
    print("ok delete")


asyncio.run(main())
