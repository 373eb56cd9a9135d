import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'

import { Client, ConfigError } from '../index.mjs'
import { KEY, casesOf, errorOf, listening, testCase } from './servers.mjs'

const clientAt = (baseURL, options) =>
  new Client({ apiKey: KEY, ...(baseURL === null ? {} : { baseURL }), ...options })

/** A server on one address that tells the target it was asked for. */
async function listener(host) {
  const server = createServer((request, response) => response.end(request.url))
  return { server, port: await listening(server, host) }
}

describe('base URL and path make the URL that is asked', () => {
  for (const { id, base_url: base, allow_http: allowHttp, path, expect, socket } of casesOf('base_url')) {
    testCase('base_url', id, id, async () => {
      if (expect.error) {
        const error = await errorOf(async () => await clientAt(base, { allowHttp }).get(path))
        assert(error instanceof ConfigError, inspect(error))
        assert.equal(error.attempts, 0)
      } else if (socket) {
        const { hostname } = new URL(base)
        const { server, port } = await listener(hostname === '[::1]' ? '::1' : '127.0.0.1')
        const at = (url) => url.replace(':8080', `:${port}`)
        const reply = await clientAt(at(base), { allowHttp }).get(path)
        assert.equal(reply.url, at(expect.url))
        assert.equal(await reply.text(), new URL(expect.url).pathname)
        server.closeAllConnections()
        server.close()
      } else {
        // Nobody is asked: the client shows the base that its URLs begin with.
        const [, shown] = inspect(clientAt(base, { allowHttp })).match(/baseURL: '([^']+)'/)
        assert(expect.url.startsWith(shown), shown)
      }
    })
  }
})

test('http to another host needs allowHttp', () => {
  assert.throws(() => clientAt('http://gw.example/v1'), ConfigError)
  assert.match(
    inspect(clientAt('http://gw.example/v1', { allowHttp: true })),
    /http:\/\/gw\.example\/v1/
  )
})

test('the environment names the base URL where the caller does not', () => {
  process.env.NEURA_BASE_URL = 'https://gw.example/v2'
  try {
    assert.match(inspect(clientAt(null)), /https:\/\/gw\.example\/v2/)
    assert.match(inspect(clientAt('https://other.example')), /https:\/\/other\.example/)
  } finally {
    delete process.env.NEURA_BASE_URL
  }
})
