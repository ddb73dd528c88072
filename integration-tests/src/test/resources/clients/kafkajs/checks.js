// kafkajs: see ../README.md. Of the codecs it has gzip built in.
const assert = require('node:assert')
const { Kafka, CompressionTypes, logLevel } = require('kafkajs')

const [bootstrap, name] = process.argv.slice(2)
const kafka = new Kafka({ clientId: name, brokers: [bootstrap], logLevel: logLevel.ERROR })
const RECORDS = [
  { key: 'plain', value: 'value', headers: { h: '1' } },
  { key: 'schlüssel', value: 'grüße 🐫', headers: { ü: 'é' } },
  { key: null, value: 'no key', headers: {} },
  { key: 'tombstone', value: null, headers: {} },
  { key: 'empty', value: '', headers: { h: '' } },
  { key: 'big', value: 'x'.repeat(300000), headers: {} },
]
const LARGE = Buffer.alloc(8000000, 'tandem')
const RAISED = 10000000
const CODECS = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP }

const text = (bytes) => (bytes === null || bytes === undefined ? null : bytes.toString())
const normal = ({ key, value, headers }) =>
  JSON.stringify([
    text(key),
    text(value),
    Object.entries(headers || {}).map(([header, content]) => [header, text(content)]),
  ])

async function until(condition, what) {
  for (let i = 0; i < 600; i++) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`waited in vain for ${what}`)
}

async function member(found) {
  const consumer = kafka.consumer({ groupId: name, sessionTimeout: 6000, heartbeatInterval: 1000, rebalanceTimeout: 6000, maxBytesPerPartition: RAISED })
  let assigned = 0
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assigned = (payload.memberAssignment[name] || []).length
  })
  await consumer.connect()
  await consumer.subscribe({ topic: name, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void found.push(message) })
  return { stop: () => consumer.disconnect(), assigned: () => assigned }
}

async function main() {
  const admin = kafka.admin()
  await admin.connect()
  const configEntries = [{ name: 'max.message.bytes', value: String(RAISED) }]
  assert(await admin.createTopics({ topics: [{ topic: name, numPartitions: 3, replicationFactor: 1, configEntries }] }))
  const metadata = await admin.fetchTopicMetadata({ topics: [name] })
  assert.strictEqual(metadata.topics[0].partitions.length, 3)
  console.log('ok create')

  for (const [codec, compression] of Object.entries(CODECS)) {
    const producer = kafka.producer({ idempotent: true })
    await producer.connect()
    await producer.send({ topic: name, compression, messages: RECORDS })
    await producer.disconnect()
    console.log('ok produce', codec)
  }

  const total = RECORDS.length * Object.keys(CODECS).length
  const found = []
  const first = await member(found)
  await until(() => found.length >= total, `${total} records`)
  await first.stop()
  assert.strictEqual(found.length, total)
  for (const record of RECORDS) {
    const equal = found.filter((other) => normal(other) === normal(record)).length
    assert.strictEqual(equal, Object.keys(CODECS).length, `${record.key}: ${equal}`)
  }
  console.log('ok consume')

  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: name, messages: [{ key: 'later', value: 'later' }] })
  await producer.disconnect()
  const later = []
  const second = await member(later)
  await until(() => later.length >= 1, 'the later record')
  assert.deepStrictEqual(later.map((message) => text(message.value)), ['later'])
  console.log('ok resume')

  const sender = kafka.producer()
  await sender.connect()
  await sender.send({ topic: name, messages: [{ key: 'large', value: LARGE }] })
  await sender.disconnect()
  await until(() => later.length >= 2, 'the large record')
  assert(later[1].value.equals(LARGE))
  console.log('ok large')

  const third = await member(later)
  await until(() => second.assigned() + third.assigned() === 3 && second.assigned() * third.assigned() === 2, 'shares')
  await second.stop()
  await third.stop()
  console.log('ok rebalance')

  const offsets = await admin.fetchTopicOffsets(name)
  assert.strictEqual(offsets.map(({ high }) => Number(high)).reduce((a, b) => a + b), total + 2)
  console.log('ok offsets')

  await admin.deleteTopics({ topics: [name] })
  await admin.disconnect()
  console.log('ok delete')
}

main().catch((failure) => {
  console.error(failure)
  process.exit(1)
})
