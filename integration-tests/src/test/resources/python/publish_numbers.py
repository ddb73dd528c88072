"""Publishes large persistent messages, each told by its number, and waits for the confirm of each.

Usage: publish_numbers.py PORT EXCHANGE FIRST END BYTES
"""

import struct
import sys

import pika

port, exchange, first, end, size = sys.argv[1:]
connection = pika.BlockingConnection(pika.ConnectionParameters("localhost", int(port)))
channel = connection.channel()
channel.confirm_delivery()
for number in range(int(first), int(end)):
    body = struct.pack(">q", number) + bytes([number % 251]) * (int(size) - 8)
    channel.basic_publish(
        exchange, "", body, pika.BasicProperties(delivery_mode=2, message_id=str(number)), mandatory=True
    )
    print(f"Confirmed: {number}")
connection.close()
