"""Takes so many messages of a queue, checks each byte by byte, acknowledges it and prints its number.

Usage: take_numbers.py PORT QUEUE COUNT BYTES
"""

import struct
import sys

import pika

port, queue, count, size = sys.argv[1:]
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost", int(port)))
channel = connection.channel()
channel.basic_qos(prefetch_count=10)
taken = 0
for method, properties, body in channel.consume(queue):
    number = struct.unpack(">q", body[:8])[0]
    whole = body == struct.pack(">q", number) + bytes([number % 251]) * (int(size) - 8)
    print(f"Taken: {number}" if whole and properties.message_id == str(number) else "Damaged")
    channel.basic_ack(method.delivery_tag)
    taken += 1
    if taken == int(count):
        break
channel.cancel()
connection.close()
