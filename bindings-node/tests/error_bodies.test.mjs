// The body of a status outside 200 to 299, which is read as that of a 200, and odd frames.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

import * as neura from '../index.mjs'
import { HELLO, clientOf, errorOf, withReplay } from './servers.mjs'

const MIB = 1 << 20
/** What comes as a 404, and what a verb fails with. */
const BROKEN = [
  ['cut', { status: 404, headers: [['content-length', '10']], body: 'neur' }, 'connection'],
  [
    'bad chunks',
    { raw: 'HTTP/1.1 404 No\r\ntransfer-encoding: chunked\r\n\r\n4\r\nneur\r\nzz\r\n' },
    'protocol'
  ],
  ['no gzip', { status: 404, headers: [['content-encoding', 'gzip']], body: 'no' }, 'decode'],
  ['another coding', { status: 404, headers: [['content-encoding', 'br']], body: 'x' }, 'decode']
]

for (const [name, reply, kind] of BROKEN) {
  test(`fault 75: a verb fails as for a 200 where a 404's body is broken: ${name}`, async () => {
    await withReplay({ replies: [reply, 200] }, async (server) => {
      const client = clientOf(server, { maxRetries: 0 })
      const error = await errorOf(() => client.get('/x'))
      assert.deepEqual([error.kind, error.status], [kind, 404])
      assert.equal((await client.get('/x')).status, 200)
    })
  })

  test(`fault 75: a named call keeps the status's error: ${name}`, async () => {
    await withReplay({ replies: [reply] }, async (server) => {
      const client = clientOf(server, { maxRetries: 0 })
      const asked = [
        () => client.chat.completions.create(HELLO),
        () => client.chat.completions.create({ ...HELLO, stream: true }),
        () => client.models.list(),
        () => client.stream('/x', { json: {} }).next()
      ]
      for (const ask of asked) assert((await errorOf(ask)) instanceof neura.NotFoundError)
    })
  })
}

test('fault 42: a body of any status is whole, within maxBodyBytes', async () => {
  const reply = { status: 404, body: 'x'.repeat(2 * MIB) }
  await withReplay({ replies: [reply] }, async (server) => {
    const response = await clientOf(server).get('/x')
    const error = await errorOf(() => response.throwForStatus())
    assert(error instanceof neura.NotFoundError)
    assert(error.body.length <= MIB)
    assert.equal((await response.text()).length, 2 * MIB)
    const large = await errorOf(() => clientOf(server, { maxBodyBytes: MIB }).get('/x'))
    assert.deepEqual([large.kind, large.status], ['body_too_large', 404])
  })
})

test('fault 83: zeros behind a gzip body are ignored', async () => {
  const packed = (body) => ({
    status: 200,
    headers: [['content-encoding', 'gzip']],
    body_base64: body.toString('base64')
  })
  const body = gzipSync('{"a": 1}')
  const replies = [Buffer.alloc(512), Buffer.from('more')].map((behind) =>
    packed(Buffer.concat([body, behind]))
  )
  await withReplay({ replies }, async (server) => {
    const client = clientOf(server)
    assert.deepEqual(await (await client.get('/x')).json(), { a: 1 })
    assert((await errorOf(() => client.get('/x'))) instanceof neura.DecodeError)
  })
})

test('fault 84: what is no HTTP ends an upload', async () => {
  const spoilt = { raw: 'SSH-2.0-OpenSSH\r\n', at: 'head', then: 'stall' }
  await withReplay({ replies: [spoilt, 200] }, async (server) => {
    const client = clientOf(server, { timeout: 30_000 })
    const error = await errorOf(() => client.post('/x', { body: Buffer.alloc(20 * MIB) }))
    assert(error instanceof neura.ProtocolError)
    assert.equal((await client.get('/x')).status, 200)
  })
})
