"""One of the consumers of a queue over a topic: settles so many messages, prints what it did with each, and stays.

Each even number is acknowledged. Of the odd ones, those divisible by 3 are held without an answer, the others go back to the
queue; the first time only: one that comes again is held.

Usage: share_topic.py PORT QUEUE
"""

import sys

import pika

port, queue = sys.argv[1:]
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost", int(port)))
channel = connection.channel()
channel.basic_qos(prefetch_count=100)


def settle(channel, method, properties, body):
    number = int(properties.headers["number"])
    assert body == b"value-%d" % number, body
    assert properties.headers["x-kafka-key"] == "key-%d" % number, properties.headers
    assert method.exchange == "", method.exchange
    if number % 2 == 0:
        channel.basic_ack(method.delivery_tag)
        print(f"Acknowledged: {number}")
    elif number % 3 != 0 and not method.redelivered:
        channel.basic_nack(method.delivery_tag, requeue=True)
        print(f"Requeued: {number}")
    else:
        print(f"Held: {number}")


channel.basic_consume(queue=queue, on_message_callback=settle, auto_ack=False)
print("Waiting for messages")
channel.start_consuming()
