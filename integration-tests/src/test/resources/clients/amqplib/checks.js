// amqplib, its promises: see ../README.md.
const assert = require('node:assert')
const { setTimeout: sleep } = require('node:timers/promises')
const amqp = require('amqplib')

const [uri, name] = process.argv.slice(2)
const queue = `${name}.größe`
const dead = `${name}.dead`
const KINDS = ['direct', 'fanout', 'topic', 'headers', 'x-consistent-hash']
const HEADERS = {
  true: true,
  byte: -7,
  short: -300,
  int: -70000,
  long: 2 ** 40,
  double: 0.1,
  decimal: { '!': 'decimal', value: { places: 2, digits: 314 } },
  text: 'grüße 🐫',
  bytes: Buffer.from([0, 255]),
  time: { '!': 'timestamp', value: 1764000000 },
  void: null,
  array: [1, 'zwei', [3], { vier: 4 }],
  table: { inner: { deep: 'é' } },
  ключ: 'ü',
}
const PROPERTIES = {
  contentType: 'text/plain',
  contentEncoding: 'utf-8',
  headers: HEADERS,
  deliveryMode: 2,
  priority: 9,
  correlationId: 'корреляция',
  replyTo: 'reply',
  expiration: '600000',
  messageId: 'id-1',
  timestamp: 1764000000,
  type: 'kind',
  userId: 'guest',
  appId: 'app',
}

async function until(condition, what) {
  for (let i = 0; i < 600; i++) {
    const found = await condition()
    if (found) return found
    await sleep(100)
  }
  throw new Error(`waited in vain for ${what}`)
}

const get = (channel, from, options) => until(() => channel.get(from, options), `a message of ${from}`)

async function closes(connection, code, text, call) {
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  await assert.rejects(call(channel), (error) => error.code === code && error.message.includes(text))
}

async function main() {
  // Does nothing for longer than the broker waits for a dead peer.
  const idle = await amqp.connect(`${uri}?heartbeat=1`)
  const idleSince = Date.now()
  const connection = await amqp.connect(uri)
  const channel = await connection.createConfirmChannel()

  for (const kind of KINDS) await channel.assertExchange(`${name}.${kind}`, kind)
  const options = { deadLetterExchange: '', deadLetterRoutingKey: dead, messageTtl: 600000 }
  await channel.assertQueue(queue, options)
  await channel.assertQueue(dead, { arguments: { 'x-queue-type': 'quorum' } })
  await channel.bindQueue(queue, `${name}.topic`, 'a.*.#')
  await channel.bindQueue(queue, `${name}.headers`, '', { 'x-match': 'any', n: 1 })
  await channel.bindQueue(queue, `${name}.x-consistent-hash`, '1')
  await channel.bindExchange(`${name}.x-consistent-hash`, `${name}.direct`, 'through')
  assert.strictEqual((await channel.checkQueue(queue)).messageCount, 0)
  await closes(connection, 404, `NOT_FOUND - no queue '${name}.none' in vhost '/'`, (c) => c.checkQueue(`${name}.none`))
  await closes(connection, 406, `inequivalent arg 'durable' for queue '${queue}'`, (c) =>
    c.assertQueue(queue, { ...options, durable: false }))
  console.log('ok declare')

  const routes = [['', queue], [`${name}.topic`, 'a.b.c'], [`${name}.headers`, ''], [`${name}.direct`, 'through']]
  for (let i = 0; i < 400; i++) {
    const [exchange, key] = routes[i % 4]
    channel.publish(exchange, key, Buffer.from(String(i)), { persistent: i % 8 < 4, headers: { n: 1 } })
  }
  await channel.waitForConfirms()
  assert.strictEqual((await channel.checkQueue(queue)).messageCount, 400)
  for (let i = 0; i < 400; i++) {
    const message = await get(channel, queue, { noAck: true })
    assert.strictEqual(message.content.toString(), String(i))
    assert.strictEqual(message.properties.deliveryMode, i % 8 < 4 ? 2 : 1)
  }
  console.log('ok confirm')

  const returned = new Promise((resolve) => channel.once('return', resolve))
  channel.publish('', `${name}.none`, Buffer.from('back'), { mandatory: true, messageId: '7' })
  const message = await returned
  assert.deepStrictEqual([message.fields.replyCode, message.fields.replyText], [312, 'NO_ROUTE'])
  assert.deepStrictEqual([message.content.toString(), message.properties.messageId], ['back', '7'])
  await channel.waitForConfirms()
  console.log('ok return')

  channel.publish('', queue, Buffer.from('grüße 🐫'), PROPERTIES)
  const got = await get(channel, queue, { noAck: true })
  assert.strictEqual(got.content.toString(), 'grüße 🐫')
  for (const [property, value] of Object.entries(PROPERTIES)) assert.deepEqual(got.properties[property], value, property)
  console.log('ok headers')

  const large = Buffer.alloc(1000000, 'tandem!?')
  for (const size of [0, 1, 131064, 131065, large.length]) {
    channel.publish('', queue, large.subarray(0, size))
    assert((await get(channel, queue, { noAck: true })).content.equals(large.subarray(0, size)), `${size} bytes`)
  }
  console.log('ok large')

  for (let i = 0; i < 10; i++) channel.publish('', queue, Buffer.from(String(i)))
  const consumer = await connection.createChannel()
  await consumer.prefetch(3)
  const taken = []
  await consumer.consume(queue, (delivery) => void taken.push(delivery))
  const numbers = () => taken.map((delivery) => Number(delivery.content.toString()))
  await until(() => taken.length >= 3, 'three messages')
  await sleep(500)
  assert.deepStrictEqual(numbers(), [0, 1, 2])
  consumer.ack(taken[2], true)
  for (let i = 3; i < 10; i++) {
    await until(() => taken.length > i, `message ${i}`)
    consumer.ack(taken[i])
  }
  assert.deepStrictEqual(numbers(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  await consumer.close()
  console.log('ok prefetch')

  for (let i = 0; i < 3; i++) channel.publish('', queue, Buffer.from(String(i)))
  const holder = await connection.createChannel()
  const held = []
  for (let i = 0; i < 3; i++) held.push(await get(holder, queue))
  holder.nack(held[2], true, true)
  for (let i = 0; i < 3; i++) {
    held[i] = await get(holder, queue)
    assert.deepStrictEqual([held[i].content.toString(), held[i].fields.redelivered], [String(i), true])
  }
  holder.reject(held[0], false)
  holder.ack(held[1])
  await holder.close()
  const back = await get(channel, queue, { noAck: true })
  assert.deepStrictEqual([back.content.toString(), back.fields.redelivered], ['2', true])
  const [death] = (await get(channel, dead, { noAck: true })).properties.headers['x-death']
  assert.deepStrictEqual([death.queue, death.reason, death.count], [queue, 'rejected', 1])
  console.log('ok requeue')

  const watcher = await connection.createChannel()
  await watcher.assertQueue(`${name}.doomed`, { durable: false })
  let told
  const cancelled = new Promise((resolve) => (told = resolve))
  await watcher.consume(`${name}.doomed`, (delivery) => delivery === null && told())
  await channel.deleteQueue(`${name}.doomed`)
  await cancelled
  await watcher.close()
  console.log('ok cancel')

  await sleep(Math.max(0, idleSince + 4000 - Date.now()))
  await (await idle.createChannel()).assertQueue('', { exclusive: true })
  await idle.close()
  console.log('ok heartbeat')

  for (const doomed of [queue, dead]) await channel.deleteQueue(doomed)
  for (const kind of KINDS) await channel.deleteExchange(`${name}.${kind}`)
  await connection.close()
  console.log('ok delete')
}

main().catch((failure) => {
  console.error(failure)
  process.exit(1)
})
