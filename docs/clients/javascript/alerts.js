// Prints wirewatch's alerts on a pair of countries: node alerts.js CLIENT_FILE GROUP PAIR [SINCE]
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Admin, Consumer } from '@platformatic/kafka'

const TOPIC = `${process.env.WIREWATCH_PREFIX ?? ''}alerts`
const KINDS = ['opened', 'updated', 'corrected', 'withdrawn']
const REMEMBERED = 10_000
const VERSION = '1'

const [clientFile, group, pair, since] = process.argv.slice(2)

/** What a client file says, by this client's names. */
function settings (file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(line => /^[^#]+=/.test(line))
  const given = Object.fromEntries(lines.map(line => {
    const at = line.indexOf('=')
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
  }))
  const protocol = given['security.protocol'] ?? 'PLAINTEXT'
  const pem = name => given[name] && readFileSync(resolve(dirname(file), given[name]))
  return {
    clientId: group,
    bootstrapBrokers: given['bootstrap.servers'].split(','),
    sasl: protocol.startsWith('SASL')
      ? { mechanism: given['sasl.mechanism'], username: given['sasl.username'], password: given['sasl.password'] }
      : undefined,
    tls: protocol.endsWith('SSL')
      ? { ca: pem('ssl.ca.location'), cert: pem('ssl.certificate.location'), key: pem('ssl.key.location') }
      : undefined
  }
}

/** Lets the group continue from a moment on. Nobody else may read in the group meanwhile. */
async function goBack (access, moment) {
  const admin = new Admin(access)
  const { partitions } = (await admin.metadata({ topics: [TOPIC] })).topics.get(TOPIC)
  const offsets = async timestamp => {
    const asked = Object.keys(partitions).map(one => ({ partitionIndex: Number(one), timestamp }))
    const [topic] = await admin.listOffsets({ topics: [{ name: TOPIC, partitions: asked }] })
    return new Map(topic.partitions.map(one => [one.partitionIndex, one.offset]))
  }
  const [found, ends] = [await offsets(BigInt(moment.getTime())), await offsets(-1n)]
  const partitionOffsets = [...ends].map(([partition, end]) => {
    const first = found.get(partition)
    return { partition, offset: first < 0n ? end : first } // below 0: nothing there since then
  })
  await admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: TOPIC, partitionOffsets }] })
  await admin.close()
}

/** Whether a record is of the version that we read; of another one, that is said once. */
function readable (headers) {
  const version = /\.v(\d+)$/.exec(headers.ce_type ?? '')?.[1] ?? VERSION
  if (version !== VERSION && !told.has(version)) {
    console.error(`records of version ${version} are passed over: this reads version ${VERSION}`)
    told.add(version)
  }
  return version === VERSION
}

/** Whether to look into a record. Kinds and modes that we don't know are none of ours. */
function wanted (headers) {
  return headers.ce_mode === 'live' && KINDS.includes(headers.ce_kind) &&
    (headers.ce_pairs ?? '').split(',').includes(pair)
}

const access = settings(clientFile)
if (since) await goBack(access, new Date(since))
const consumer = new Consumer({ ...access, groupId: group })
const stream = await consumer.consume({
  topics: [TOPIC],
  mode: 'committed',
  fallbackMode: 'earliest', // a new group begins at the oldest alert
  autocommit: false
})
process.once('SIGINT', () => consumer.close(true))
const seen = new Set()
const told = new Set()
for await (const record of stream) {
  const headers = Object.fromEntries([...record.headers].map(([name, value]) => [`${name}`, `${value}`]))
  const event = `${headers.ce_source} ${headers.ce_id}`
  if (readable(headers) && wanted(headers) && !seen.has(event)) {
    const alert = JSON.parse(record.value)
    console.log(alert.kind, alert.alert, alert.story.headline)
    seen.add(event)
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value)
  }
  await record.commit() // only what is done with
}
