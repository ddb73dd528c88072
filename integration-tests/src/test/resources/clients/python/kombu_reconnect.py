"""kombu's consumer for programs that run on: see reconnects in ../README.md."""
import sys

import kombu
import kombu.mixins

uri, name = sys.argv[1:3]


class Worker(kombu.mixins.ConsumerMixin):
    def __init__(self, connection):
        self.connection = connection

    def get_consumers(self, consumer, channel):
        return [consumer(kombu.Queue(name), on_message=self.arrived)]

    def on_consume_ready(self, connection, channel, consumers):
        print("Ready")

    def arrived(self, message):
        body = bytes(message.body)
        print(f"Got: {body.decode()}")
        if body != b"hold" or message.delivery_info["redelivered"]:
            message.ack()


Worker(kombu.Connection(uri)).run()
