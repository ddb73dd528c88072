"""Takes one message of a queue and neither acknowledges it nor ends.

Usage: hold_message.py PORT QUEUE
"""

import sys

import pika

port, queue = sys.argv[1:]
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost", int(port)))
channel = connection.channel()


def hold(channel, method, properties, body):
    print(f"Held: {body.decode()} redelivered={method.redelivered}")


channel.basic_consume(queue=queue, on_message_callback=hold, auto_ack=False)
channel.start_consuming()
