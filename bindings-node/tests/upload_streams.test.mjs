// 89: bodies that are read while they go out: forms, Blobs, files, streams.

import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { execFile } from 'node:child_process'
import { createReadStream, openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { APIConnectionError, APITimeoutError } from '../index.mjs'
import { KEY, errorOf, eventually } from './servers.mjs'
import { MIB, filled, sum, withSink } from './sink.mjs'

const bytes = filled(3 * MIB + 5)
await writeFile('large.bin', bytes)

async function* generated() {
  for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000)
}

/** How much the memory of a process grows that sends 200 MB from a file or a stream. */
const CHILD = `
import { createReadStream, openAsBlob, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Client } from ${JSON.stringify(new URL('../index.mjs', import.meta.url))}

const [baseURL, apiKey, sort] = process.argv.slice(1)
const peak = () => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
const client = new Client({ apiKey, baseURL })
async function* made() {
  for (let count = 0; count < 200; count++) yield Buffer.alloc(1 << 20, 'x')
}
async function form() {
  const form = new FormData()
  form.append('purpose', 'batch')
  form.append('file', new File([await openAsBlob('huge.bin')], 'huge.bin'))
  return form
}
const bodies = {
  blob: () => openAsBlob('huge.bin'),
  form,
  readable: () => createReadStream('huge.bin'),
  stream: () => ReadableStream.from(made()),
  iterable: made
}
await client.post('/x', { body: new Blob(['x']) })
const before = peak()
await client.post('/x', { body: await bodies[sort]() })
console.log(peak() - before)
`

const skip = process.platform !== 'linux'
for (const sort of ['blob', 'form', 'readable', 'stream', 'iterable']) {
  test(`fault 89: a large ${sort} needs no memory of its size`, { skip }, async () => {
    await writeFile('huge.bin', Buffer.alloc(200 * MIB, 'x'))
    await withSink(async (_client, seen, baseURL) => {
      const arguments_ = ['--input-type=module', '-e', CHILD, baseURL, KEY, sort]
      const { stdout } = await promisify(execFile)(process.execPath, arguments_)
      // Half of it are pieces that V8 has not collected yet.
      assert.ok(Number(stdout) < 64 * 1024, `${stdout} KiB`)
      const { length } = seen[1]
      assert.ok(sort === 'form' ? length > 200 * MIB : length === 200 * MIB, `${length} bytes`)
    })
  })
}

test('the content type of a form names the boundary of its body', async () => {
  await withSink(async (client, seen) => {
    const form = new FormData()
    form.append('f', 'x')
    for (const given of ['multipart/form-data', 'Multipart/Form-Data; boundary=abc']) {
      const headers = { 'Content-Type': given }
      await client.post('/x', { body: form, headers })
      await client.fetch('/x', { method: 'POST', body: form, headers })
      for (const sent of seen.slice(-2)) assert.match(sent.headers['content-type'], /^multipart\/form-data; boundary=neura-/)
    }
  })
})

test('fault 89: Blobs and files go out whole, with length and type, and again', async () => {
  const blobs = async () => [
    [new Blob([bytes], { type: 'audio/wav' }), 'audio/wav'],
    [new Blob([bytes]), undefined],
    [new File([bytes], 'a.bin', { type: 'text/csv' }), 'text/csv'],
    [await openAsBlob('large.bin'), undefined]
  ]
  await withSink(
    async (client, seen) => {
      for (const [body, type] of await blobs()) {
        seen.length = 0
        const { attempts } = await client.post('/x', { body })
        assert.equal(attempts, 2)
        for (const { hash, headers } of seen) {
          assert.equal(hash, sum(bytes))
          assert.equal(headers['content-length'], String(bytes.length))
          assert.equal(headers['content-type'], type)
        }
      }
    },
    [503, 200]
  )
})

test('fault 89: streams go out in chunks, and only once', async () => {
  const streams = () => [
    createReadStream('large.bin'),
    Readable.from(generated()),
    ReadableStream.from(generated()),
    new Blob([bytes]).stream(),
    generated(),
    { [Symbol.asyncIterator]: generated }
  ]
  for (let sort = 0; sort < streams().length; sort++) {
    await withSink(
      async (client, seen) => {
        const reply = await client.post('/x', { body: streams()[sort] })
        assert.deepEqual([reply.status, reply.attempts, seen.length], [503, 1, 1])
        assert.equal(seen[0].hash, sum(bytes))
        assert.equal(seen[0].headers['transfer-encoding'], 'chunked')
        assert.equal(seen[0].headers['content-type'], undefined)
      },
      [503, 200]
    )
  }
})

test('fault 89: pieces may be text, views and buffers, and empty', async () => {
  async function* pieces() {
    yield 'Grüße '
    yield ''
    yield new Uint8Array(0)
    yield new Uint16Array([0x4142, 0x4344])
    yield new TextEncoder().encode('!').buffer
  }
  await withSink(async (client, seen) => {
    await client.post('/x', { body: pieces() })
    assert.equal(seen[0].start, 'Grüße BADC!')
    await client.post('/x', { body: Readable.from([]) })
    assert.equal(seen[1].length, 0)
    const text = createReadStream('large.bin', { encoding: 'latin1', end: 9 })
    await client.post('/x', { body: text })
    assert.equal(seen[2].start, bytes.subarray(0, 10).toString('latin1'))
  })
})

test('fault 89: a form as fetch sends it', async () => {
  const form = () => {
    const form = new FormData()
    form.append('a', 'one\ntwo\r\nthree\rfour')
    form.append('a', 'again, Grüße')
    form.append('q"uo\nte', '')
    form.append('file', new Blob(['{}'], { type: 'application/json' }), 'n"ame\n.json')
    form.append('file', new File([bytes.subarray(0, 99)], 'part.bin'))
    form.append('empty', new File([], 'e'))
    return form
  }
  const without = ({ start, headers }) => {
    const [, boundary] = /boundary=(.+)$/.exec(headers['content-type'])
    return start.replaceAll(boundary, 'BOUNDARY')
  }
  await withSink(
    async (client, seen, baseURL) => {
      await fetch(`${baseURL}/x`, { method: 'POST', body: form() })
      await client.post('/x', { body: form() })
      const [theirs, failed, ours] = seen
      assert.equal(without(ours), without(theirs))
      assert.match(ours.headers['content-type'], /^multipart\/form-data; boundary=\S+$/)
      assert.equal(ours.headers['content-length'], String(ours.length))
      assert.equal(failed.hash, ours.hash)
    },
    [200, 503, 200]
  )
})

test('fault 89: parameters are a form, and a content-type of the caller wins', async () => {
  await withSink(async (client, seen) => {
    await client.post('/x', { body: new URLSearchParams({ a: 'b c', d: 'ü' }) })
    assert.equal(seen[0].start, 'a=b+c&d=%C3%BC')
    assert.equal(seen[0].headers['content-type'], 'application/x-www-form-urlencoded;charset=UTF-8')
    assert.equal(seen[0].headers['content-length'], '14')
    const headers = { 'Content-Type': 'text/x' }
    await client.post('/x', { body: new Blob(['b'], { type: 'audio/wav' }), headers })
    assert.equal(seen[1].headers['content-type'], 'text/x')
  })
})

test('fault 89: what a stream throws is the error of the call, as it is', async () => {
  const broken = new Error('the disk is gone')
  async function* failing() {
    yield 'x'
    throw broken
  }
  const erroring = new ReadableStream({ start: (controller) => controller.error(broken) })
  await withSink(async (client, seen) => {
    for (const body of [failing(), Readable.from(failing()), erroring]) {
      assert.equal(await errorOf(() => client.post('/x', { body })), broken)
    }
    const missing = await errorOf(() => client.post('/x', { body: createReadStream('missing') }))
    assert.equal(missing.code, 'ENOENT')
    const objects = await errorOf(() => client.post('/x', { body: Readable.from([{ a: 1 }]) }))
    assert.ok(objects instanceof TypeError, String(objects))
    assert.equal(seen.length, 0)
    assert.ok((await client.get('/x')).ok)
  })
})

test('fault 89: a stream is closed when its call ends before it', async () => {
  const never = () => new Promise(() => {})
  const closed = []
  const waiting = () => ({
    stream: new ReadableStream({ pull: never, cancel: () => void closed.push('stream') }),
    readable: new Readable({
      read() {},
      destroy(_error, done) {
        closed.push('readable')
        done(null)
      }
    }),
    iterable: {
      [Symbol.asyncIterator]: () => ({ next: never, return: async () => closed.push('iterable') })
    }
  })
  await withSink(async (client) => {
    for (const [sort, body] of Object.entries(waiting())) {
      const controller = new AbortController()
      const sent = client.post('/x', { body, signal: controller.signal })
      setTimeout(() => controller.abort(), 30)
      assert.equal((await errorOf(() => sent)).name, 'AbortError')
      await eventually(() => closed.includes(sort), `${sort} is closed`)
    }
    closed.length = 0
    const { stream } = waiting()
    await errorOf(() => client.post('/x', { body: stream, signal: AbortSignal.abort() }))
    await eventually(() => closed.includes('stream'), 'it was never begun')
    assert.equal((await errorOf(() => client.post('/x', { body: waiting().stream, timeout: 50 }))).kind, 'timeout')
  })
  const { stream } = waiting()
  closed.length = 0
  await withSink(async (client, _seen, baseURL) => {
    const nobody = new (client.constructor)({ apiKey: KEY, baseURL: baseURL.replace(/\d+$/, '1') })
    const error = await errorOf(() => nobody.post('/x', { body: stream, maxRetries: 0 }))
    assert.ok(error instanceof APIConnectionError, String(error))
    await eventually(() => closed.includes('stream'), 'no connection came')
  })
})

test('fault 89: what is no body, and what was read before, is refused', async () => {
  await withSink(async (client, seen) => {
    const locked = ReadableStream.from(generated())
    locked.getReader()
    const read = Readable.from(['a'])
    for await (const _ of read);
    for (const body of [locked, read, {}, [], ['a'], 5, true, null, Symbol('a'), () => {}]) {
      const error = await errorOf(() => client.post('/x', { body }))
      assert.ok(error instanceof TypeError, String(error))
    }
    assert.equal(seen.length, 0)
  })
})

test('a body is read and closed in the asynchronous context of its call', async () => {
  const store = new AsyncLocalStorage()
  const seen = []
  const note = (what) => seen.push(`${what} ${store.getStore()}`)
  const body = () => {
    const pieces = ['x', 'y']
    const next = async () => {
      note('read')
      return pieces.length > 0 ? { value: pieces.shift(), done: false } : await new Promise(() => {})
    }
    return { [Symbol.asyncIterator]: () => ({ next, return: async () => note('close') }) }
  }
  await withSink(async (client) => {
    await store.run('first', () => client.post('/x', { body: new Blob(['x']) }))
    for (const name of ['a', 'b']) {
      const aborting = new AbortController()
      const call = store.run(name, () => client.post('/x', { body: body(), signal: aborting.signal }))
      await eventually(() => seen.length === 3, 'three reads')
      aborting.abort()
      await errorOf(() => call)
      assert.deepEqual(seen.splice(0), ['read', 'read', 'read', 'close'].map((what) => `${what} ${name}`))
    }
  })
})

test('a body whose next piece can never come ends with the timeout, and not as if it were aborted', async () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  const body = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
  await withSink(async (client) => {
    const error = errorOf(() => client.post('/x', { body, timeout: 400, maxRetries: 0 }))
    for (let round = 0; round < 10; round++) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      gc()
    }
    assert.ok((await error) instanceof APITimeoutError, String(await error))
  })
})
