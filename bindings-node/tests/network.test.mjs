// How much of a reply is accepted, and the certificates that a client shows.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { BodyTooLargeError, Client, ProtocolError, diagnose, resolve } from '../index.mjs'
import { withPlace } from './place.mjs'
import { HELLO, KEY, clientOf, errorOf, eventReply, withReplay } from './servers.mjs'

const SIZES = ['maxBodyBytes', 'maxEventBytes', 'maxHeaderBytes']

test('a body over maxBodyBytes is a BodyTooLargeError, and the next call works', async () => {
  const body = (size) => ({ status: 200, body: 'x'.repeat(size) })
  await withReplay({ replies: [body(1000), body(1001), 200] }, async (server) => {
    const client = clientOf(server, { maxBodyBytes: 1000 })
    assert.equal((await (await client.get('/x')).text()).length, 1000)
    const error = await errorOf(() => client.get('/x'))
    assert(error instanceof BodyTooLargeError)
    assert.match(error.message, /maxBodyBytes/)
    assert.equal((await client.get('/x')).status, 200)
  })
})

test('an event over maxEventBytes is a BodyTooLargeError, after those before it', async () => {
  const reply = eventReply(`data: short\n\ndata: ${'x'.repeat(1000)}\n\n`)
  await withReplay({ replies: [reply] }, async (server) => {
    const stream = clientOf(server, { maxEventBytes: 500 }).stream('/x')
    assert.equal((await stream.next()).value.data, 'short')
    const error = await errorOf(() => stream.next())
    assert(error instanceof BodyTooLargeError)
    assert.match(error.message, /maxEventBytes/)
  })
})

test('a chunk of chat over maxEventBytes is a BodyTooLargeError', async () => {
  const reply = eventReply(`data: {"choices": [], "x": "${'x'.repeat(1000)}"}\n\n`)
  await withReplay({ replies: [reply] }, async (server) => {
    const client = clientOf(server, { maxEventBytes: 500 })
    const stream = await client.chat.completions.create({ ...HELLO, stream: true })
    assert((await errorOf(() => stream.next())) instanceof BodyTooLargeError)
  })
})

test('a head over maxHeaderBytes is a ProtocolError', async () => {
  const reply = { status: 200, headers: [['x-long', 'x'.repeat(3000)]], body: '{}' }
  await withReplay({ replies: [reply] }, async (server) => {
    const error = await errorOf(() => clientOf(server, { maxHeaderBytes: 2000 }).get('/x'))
    assert(error instanceof ProtocolError)
    assert.equal((await clientOf(server, { maxHeaderBytes: 4000 }).get('/x')).status, 200)
    assert.equal((await clientOf(server).get('/x')).status, 200)
  })
})

test('no bytes at all is a ConfigError', async () => {
  for (const name of SIZES) {
    for (const none of [0, -1, Number.MIN_SAFE_INTEGER]) {
      assert.throws(
        () => new Client({ apiKey: KEY, [name]: none }),
        (/** @type {any} */ error) => error.kind === 'config' && error.message.includes(name)
      )
      const report = await diagnose({ apiKey: KEY, baseURL: 'http://127.0.0.1:9', [name]: none })
      const options = report.checks.find(({ code }) => code === 'options')
      assert.equal(options.status, 'failed')
    }
    new Client({ apiKey: KEY, [name]: undefined }).close()
    assert.equal(resolve({ apiKey: KEY, [name]: Number.MAX_SAFE_INTEGER }).source, 'caller')
  }
})

test('a client certificate that cannot serve is a ConfigError that names its file', async () => {
  await withPlace((place) => {
    place.write('empty.pem', '')
    place.write('words.pem', 'no certificate')
    const refused = (options, words) =>
      assert.throws(
        () => new Client({ apiKey: KEY, ...options }),
        (/** @type {any} */ error) => error.kind === 'config' && error.message.includes(words)
      )
    for (const name of ['missing.pem', 'empty.pem', 'words.pem', 'home']) {
      const clientCert = place.path(name)
      refused({ clientCert }, clientCert)
      refused({ clientCert, clientKey: place.path('key.pem') }, clientCert)
    }
    refused({ clientKey: place.path('key.pem') }, 'clientCert')
  })
})
