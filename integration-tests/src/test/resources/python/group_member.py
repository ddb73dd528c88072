"""A member of a group: prints what it is assigned and what it receives.

Usage: group_member.py BOOTSTRAP TOPIC GROUP
"""

import sys

from kafka import ConsumerRebalanceListener, KafkaConsumer


class Announcer(ConsumerRebalanceListener):
    def on_partitions_revoked(self, revoked):
        pass

    def on_partitions_assigned(self, assigned):
        print("Assigned: " + " ".join(str(p) for p in sorted(tp.partition for tp in assigned)))


bootstrap, topic, group = sys.argv[1:]
consumer = KafkaConsumer(
    bootstrap_servers=bootstrap,
    group_id=group,
    auto_offset_reset="earliest",
    session_timeout_ms=6000,
    heartbeat_interval_ms=1000,
)
consumer.subscribe([topic], listener=Announcer())
for record in consumer:
    print(f"Received: {record.partition} {record.value.decode()}")
