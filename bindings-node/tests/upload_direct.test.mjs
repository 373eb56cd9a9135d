// A large array goes out from where it is: on Linux, over a connection without TLS, the thread that owns it
// sends it.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createSecure } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

import { Client, InvalidArgumentError } from '../index.mjs'
import { CERTIFICATE, PRIVATE_KEY } from './certificate.mjs'
import { KEY, errorOf, listening } from './servers.mjs'
import { MIB, filled, sum, withSink } from './sink.mjs'

/** An array that notes how much of it is asked for at a time. */
class Asked extends Uint8Array {
  sizes = []

  subarray(start, end) {
    this.sizes?.push(end - start)
    return new Uint8Array(this.buffer, start, Math.min(end, this.length) - start)
  }
}

test('it is not asked for in copies', { skip: process.platform !== 'linux' }, async () => {
  await withSink(async (client, seen) => {
    const body = new Asked(filled(32 * MIB))
    await client.post('/x', { body })
    assert.equal(seen[0].hash, sum(body))
    const [first, rest] = body.sizes
    assert.ok(first <= 64 << 10, `${body.sizes}`)
    assert.equal(rest, 32 * MIB - first)
  })
})

test('calls side by side, and one after another on a connection', async () => {
  await withSink(async (client, seen) => {
    const bodies = Array.from({ length: 8 }, (_, number) => filled((number + 1) * MIB + number))
    for (let round = 0; round < 2; round++) await Promise.all(bodies.map((body) => client.post('/x', { body })))
    const expected = bodies.flatMap((body) => [sum(body), sum(body)])
    assert.deepEqual(seen.map(({ hash }) => hash).sort(), expected.sort())
  })
})

/** A server of sockets, which `serve` answers. */
async function withSockets(serve, use) {
  const sockets = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    serve(socket)
  })
  try {
    const client = new Client({ apiKey: KEY, baseURL: `http://127.0.0.1:${await listening(server)}`, maxRetries: 0 })
    return await use(client)
  } finally {
    sockets.forEach((socket) => socket.destroy())
    server.close()
  }
}

const head = (status) => `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`

test('a server that reads slowly gets all of it', async () => {
  const body = filled(12 * MIB)
  let length = 0
  const serve = (socket) =>
    socket.on('data', async (piece) => {
      length += piece.length
      if (length >= 12 * MIB && String(piece.subarray(-8)) === String(body.subarray(-8))) socket.write(head('200 OK'))
      socket.pause()
      await wait(1)
      socket.resume()
    })
  await withSockets(serve, async (client) => assert.equal((await client.post('/x', { body })).status, 200))
})

test('an early refusal ends it', async () => {
  const serve = (socket) => socket.once('data', () => socket.pause().write(head('413 Payload Too Large')))
  await withSockets(serve, async (client) => {
    assert.equal((await client.post('/x', { body: Buffer.alloc(64 * MIB) })).status, 413)
  })
})

test('a connection that ends under it is an error of the connection', async () => {
  const serve = (socket) => socket.once('data', () => socket.resetAndDestroy())
  await withSockets(serve, async (client) => {
    const error = await errorOf(() => client.post('/x', { body: Buffer.alloc(64 * MIB) }))
    assert.equal(error.kind, 'connection')
  })
})

test('an abort and a limit end it while the server reads nothing', async () => {
  await withSockets((socket) => socket.pause(), async (client) => {
    const body = Buffer.alloc(64 * MIB)
    const aborted = await errorOf(() => client.post('/x', { body, signal: AbortSignal.timeout(100) }))
    assert.equal(aborted.name, 'TimeoutError')
    assert.equal((await errorOf(() => client.post('/x', { body, timeout: 100 }))).kind, 'timeout')
  })
})

test('an array that shrinks under it is the error of its caller', async () => {
  await withSockets((socket) => socket.pause(), async (client) => {
    /** @type {any} its types are newer */
    const memory = new /** @type {any} */ (ArrayBuffer)(64 * MIB, { maxByteLength: 64 * MIB })
    const sent = client.post('/x', { body: new Uint8Array(memory) })
    memory.resize(MIB)
    assert.ok((await errorOf(() => sent)) instanceof InvalidArgumentError)
  })
})

test('over TLS it goes out in pieces, which are copied', async () => {
  const body = new Asked(filled(5 * MIB))
  const server = createSecure({ cert: CERTIFICATE, key: PRIVATE_KEY }, (request, response) => {
    const pieces = []
    request.on('data', (piece) => pieces.push(piece)).on('end', () => response.end(sum(Buffer.concat(pieces))))
  })
  const place = mkdtempSync(join(tmpdir(), 'neura.tls.'))
  try {
    const caFile = join(place, 'ca.pem')
    writeFileSync(caFile, CERTIFICATE)
    const client = new Client({ apiKey: KEY, baseURL: `https://localhost:${await listening(server)}`, caFile })
    assert.equal(await (await client.post('/x', { body })).text(), sum(body))
    assert.ok(Math.max(...body.sizes) <= MIB, `${body.sizes}`)
  } finally {
    rmSync(place, { recursive: true })
    server.closeAllConnections()
    server.close()
  }
})
