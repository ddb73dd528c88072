"""Waits for one message of a queue, acknowledges it and closes the connection.

Usage: take_message.py PORT QUEUE
"""

import sys

import pika

port, queue = sys.argv[1:]
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost", int(port)))
channel = connection.channel()


def take(channel, method, properties, body):
    print(f"Taken: {body.decode()} redelivered={method.redelivered}")
    channel.basic_ack(method.delivery_tag)
    channel.stop_consuming()


channel.basic_consume(queue=queue, on_message_callback=take, auto_ack=False)
channel.start_consuming()
connection.close()
