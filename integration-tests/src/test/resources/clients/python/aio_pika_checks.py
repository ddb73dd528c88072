"""aio-pika: see ../README.md."""
import asyncio
import datetime
import decimal
import sys

import aio_pika
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed, DeliveryError
from aio_pika.patterns import RPC

uri, name = sys.argv[1:3]
LARGE = bytes(range(251)) * 4_000
HEADERS = {
    "true": True,
    "int": -7,
    "long": 2**40,
    "float": 0.5,
    "decimal": decimal.Decimal("3.14"),
    "text": "grüße 🐫",
    "bytes": bytearray(b"\x00\xff"),
    "time": datetime.datetime(2026, 11, 24, 12, 30, tzinfo=datetime.timezone.utc),
    "void": None,
    "array": [1, "zwei", [3], {"vier": 4}],
    "table": {"inner": {"deep": "é"}},
    "ключ": "ü",
}


async def beat():
    """Keeps a connection with the shortest heartbeat idle for longer than the broker waits for a dead peer."""
    idle = await aio_pika.connect(uri + "?heartbeat=1")
    await asyncio.sleep(4)
    await (await idle.channel()).declare_queue(exclusive=True)
    await idle.close()


async def main():
    idling = asyncio.create_task(beat())
    connection = await aio_pika.connect(uri)
    channel = await connection.channel(on_return_raises=True)
    queue = await channel.declare_queue(
        f"{name}.queue", durable=True,
        arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": f"{name}.dead"})
    dead = await channel.declare_queue(f"{name}.dead", durable=True, arguments={"x-queue-type": "quorum"})
    topic = await channel.declare_exchange(f"{name}.topic", aio_pika.ExchangeType.TOPIC, durable=True)
    headers = await channel.declare_exchange(f"{name}.headers", aio_pika.ExchangeType.HEADERS)
    hashing = await channel.declare_exchange(f"{name}.hash", aio_pika.ExchangeType.X_CONSISTENT_HASH)
    await queue.bind(topic, "a.*.#")
    await queue.bind(headers, "", arguments={"x-match": "all", "k": "v"})
    await queue.bind(hashing, "1")
    await hashing.bind(topic, "hash.#")
    for error, call in [
        (ChannelNotFoundEntity, lambda other: other.declare_queue(f"{name}.none", passive=True)),
        (ChannelPreconditionFailed, lambda other: other.declare_queue(f"{name}.queue", auto_delete=True)),
    ]:
        try:
            await call(await connection.channel())
        except error:
            continue
        raise AssertionError(f"not {error}")
    print("ok declare")

    default = channel.default_exchange
    for exchange, key, table in [(default, queue.name, {}), (topic, "a.b.c", {}), (headers, "", {"k": "v"}),
                                 (topic, "hash.x", {})]:
        for mode in aio_pika.DeliveryMode:
            confirmed = await exchange.publish(aio_pika.Message(key.encode(), delivery_mode=mode, headers=table), key)
            assert confirmed is not None
    await asyncio.gather(*(default.publish(aio_pika.Message(b"many"), queue.name) for _ in range(200)))
    for key in [queue.name, "a.b.c", "", "hash.x"]:
        for mode in aio_pika.DeliveryMode:
            message = await queue.get(no_ack=True)
            assert (message.routing_key, message.body, message.delivery_mode) == (key, key.encode(), mode), message
    assert (await queue.purge()).message_count == 200
    print("ok confirm")

    try:
        await default.publish(aio_pika.Message(b"back"), f"{name}.none")
    except DeliveryError as returned:
        assert (returned.frame.reply_code, returned.frame.reply_text) == (312, "NO_ROUTE"), returned.frame
    else:
        raise AssertionError("not returned")
    print("ok return")

    sent = aio_pika.Message(
        "grüße 🐫".encode(), headers=HEADERS, content_type="text/plain", content_encoding="utf-8", priority=9,
        correlation_id="корреляция", reply_to="reply", expiration=600, message_id="id-1", type="kind",
        timestamp=datetime.datetime(2026, 11, 24, tzinfo=datetime.timezone.utc), user_id="guest", app_id="app")
    await default.publish(sent, queue.name)
    message = await queue.get()
    assert message.body.decode() == "grüße 🐫"
    assert message.headers == HEADERS, message.headers
    for item in ["content_type", "content_encoding", "priority", "correlation_id", "reply_to", "expiration",
                 "message_id", "type", "timestamp", "user_id", "app_id"]:
        assert getattr(message, item) == getattr(sent, item), (item, getattr(message, item))
    await message.ack()
    print("ok headers")

    for size in [0, 1, 131_064, 131_065, len(LARGE)]:
        await default.publish(aio_pika.Message(LARGE[:size]), queue.name)
        assert (await queue.get(no_ack=True)).body == LARGE[:size], size
    print("ok large")

    consuming = await connection.channel()
    await consuming.set_qos(prefetch_count=3)
    source = await consuming.get_queue(queue.name)
    for number in range(10):
        await default.publish(aio_pika.Message(b"%d" % number), queue.name)
    taken = []
    tag = await source.consume(taken.append)
    while len(taken) < 3:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    assert [message.body for message in taken] == [b"0", b"1", b"2"], taken
    await taken[2].ack(multiple=True)
    while len(taken) < 6:
        await asyncio.sleep(0.05)
    await source.cancel(tag)
    for message in taken[3:6]:
        await message.nack(requeue=True)
    redelivered = []
    async with source.iterator() as messages:
        async for message in messages:
            async with message.process():
                redelivered.append((message.body, message.redelivered))
            if message.body == b"9":
                break
    assert redelivered == [(b"%d" % number, number < 6) for number in range(3, 10)], redelivered
    print("ok prefetch")

    await default.publish(aio_pika.Message(b"refused"), queue.name)
    message = await queue.get()
    await message.reject(requeue=True)
    message = await queue.get()
    assert message.redelivered and message.body == b"refused"
    await message.reject(requeue=False)
    async with dead.iterator() as messages:
        async for message in messages:
            [death] = message.headers["x-death"]
            assert (death["queue"], death["reason"], message.body) == (queue.name, "rejected", b"refused"), death
            await message.ack()
            break
    print("ok requeue")

    plain = await connection.channel(publisher_confirms=False)
    async with plain.transaction():
        await plain.default_exchange.publish(aio_pika.Message(b"committed"), queue.name)
        assert await queue.get(fail=False) is None
    assert (await queue.get(no_ack=True)).body == b"committed"
    try:
        async with plain.transaction():
            await plain.default_exchange.publish(aio_pika.Message(b"never"), queue.name)
            raise KeyError("rolls back")
    except KeyError:
        pass
    assert await queue.get(fail=False) is None
    print("ok tx")

    async def double(*, number):
        return number * 2

    rpc = await RPC.create(await connection.channel())
    await rpc.register(f"{name}.double", double, auto_delete=True)
    assert await asyncio.gather(*(rpc.call(f"{name}.double", {"number": i}) for i in range(50))) == list(
        range(0, 100, 2))
    await rpc.close()
    print("ok rpc")

    doomed = await consuming.declare_queue(f"{name}.doomed")
    cancelled = asyncio.get_running_loop().create_future()
    (await consuming.get_underlay_channel()).on_consumer_cancel_callbacks.add(cancelled.set_result)
    tag = await doomed.consume(lambda message: None)
    await channel.queue_delete(doomed.name)
    assert (await asyncio.wait_for(cancelled, 60)).consumer_tag == tag
    assert (await consuming.declare_queue(exclusive=True)).name.startswith("amq.gen-")
    print("ok cancel")

    await asyncio.wait_for(idling, 60)
    print("ok heartbeat")

    for doomed in [queue, dead]:
        await doomed.delete(if_unused=False, if_empty=False)
    for exchange in [topic, headers, hashing]:
        await exchange.delete()
    await connection.close()
    print("ok delete")


asyncio.run(asyncio.wait_for(main(), 110))
