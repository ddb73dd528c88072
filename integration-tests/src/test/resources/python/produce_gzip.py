"""Produces so many numbered records to a topic, in batches compressed with gzip, each with a key and a header.

Usage: produce_gzip.py BOOTSTRAP TOPIC COUNT
"""

import sys

from kafka import KafkaProducer

bootstrap, topic, count = sys.argv[1:]
producer = KafkaProducer(
    bootstrap_servers=bootstrap, acks="all", compression_type="gzip", linger_ms=200, batch_size=16384
)
sent = [
    producer.send(topic, key=b"key-%d" % i, value=b"value-%d" % i, headers=[("number", b"%d" % i)])
    for i in range(int(count))
]
producer.flush()
for record in sent:
    record.get(timeout=30)
producer.close()
print(f"Produced: {len(sent)}")
