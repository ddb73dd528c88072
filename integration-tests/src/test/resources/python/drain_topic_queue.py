"""Takes so many messages of a queue over a topic, then whatever comes within a second, and prints each.

Usage: drain_topic_queue.py PORT QUEUE COUNT
"""

import sys

import pika

port, queue, count = sys.argv[1:]
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost", int(port)))
channel = connection.channel()
taken = 0
for method, properties, body in channel.consume(queue, inactivity_timeout=1):
    if method is None:
        if taken >= int(count):
            break
        continue
    print(f"Taken: {body.decode()} redelivered={method.redelivered}")
    channel.basic_ack(method.delivery_tag)
    taken += 1
channel.cancel()
connection.close()
