"""Reads so many records of a topic from offset 0, without a group, and prints each.

Usage: read_topic.py BOOTSTRAP TOPIC COUNT
"""

import sys

from kafka import KafkaConsumer, TopicPartition

bootstrap, topic, count = sys.argv[1:]
consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
partition = TopicPartition(topic, 0)
consumer.assign([partition])
consumer.seek(partition, 0)
read = 0
for record in consumer:
    print(f"Read: {record.offset} {record.value.decode()}")
    read += 1
    if read == int(count):
        break
consumer.close()
