"""aio-pika's robust connection: see reconnects in ../README.md."""
import asyncio
import sys

import aio_pika

uri, name = sys.argv[1:3]


async def arrived(message):
    print(f"Got: {message.body.decode()}")
    if message.body != b"hold" or message.redelivered:
        await message.ack()


async def main():
    connection = await aio_pika.connect_robust(uri, reconnect_interval=0.2)
    channel = await connection.channel()
    queue = await channel.declare_queue(name, durable=True)
    await queue.consume(arrived)
    print("Ready")
    await asyncio.Future()


asyncio.run(main())
