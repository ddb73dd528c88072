"""pika, which leaves connecting again to the program: see reconnects in ../README.md."""
import sys
import time

import pika
import pika.exceptions

uri, queue = sys.argv[1:3]


def arrived(channel, method, properties, body):
    print(f"Got: {body.decode()}")
    if body != b"hold" or method.redelivered:
        channel.basic_ack(method.delivery_tag)


while True:
    try:
        connection = pika.BlockingConnection(pika.URLParameters(uri))
        channel = connection.channel()
        channel.queue_declare(queue, durable=True)
        channel.basic_consume(queue, arrived)
        print("Ready")
        channel.start_consuming()
    except pika.exceptions.AMQPError as lost:
        print(f"Lost: {lost!r}")
        time.sleep(0.2)
