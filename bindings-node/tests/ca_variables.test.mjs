// faults.md 102, and the variables that name authorities: NODE_EXTRA_CA_CERTS adds to whichever
// counts. Each client in a process of its own, against a server of this one.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { after, before, describe, test } from 'node:test'

import { CERTIFICATE, PRIVATE_KEY } from './certificate.mjs'
import { withPlace } from './place.mjs'

describe('authorities', { concurrency: 2 }, () => {
  let server
  let baseURL

  before(async () => {
    server = createServer({ cert: CERTIFICATE, key: PRIVATE_KEY }, (_, response) => response.end('{}'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    baseURL = `https://localhost:${server.address().port}`
  })

  after(() => server.close())

  /**
   * What a client with this environment gets: the text of the reply, or an error.
   * @param {object} env
   * @param {import('neura-ai').ClientOptions} [options]
   */
  async function asked(env, options = {}) {
    return await withPlace(async (place) => {
      place.write('own.pem', CERTIFICATE)
      /** @type {import('neura-ai').ClientOptions} */
      const given = { apiKey: 'nk-test-not-a-key-4f9A0x', baseURL, ...options }
      if (given.caFile) given.caFile = place.path(given.caFile)
      const script = `
        const reply = await new neura.Client({ ...given, maxRetries: 0 }).get('/models')
        return await reply.text()`
      return await place.run(script, { given, env })
    })
  }

  test("fault 102: a server's own certificate is trusted where it stands in the file", async () => {
    assert.deepEqual(await asked({}, { caFile: 'own.pem' }), { value: '{}' })
    assert.deepEqual(await asked({ SSL_CERT_FILE: '{root}/own.pem' }), { value: '{}' })
    const { error } = await asked({})
    assert.equal(error.kind, 'tls')
    assert.match(error.message, /self-signed/)
  })

  test('NODE_EXTRA_CA_CERTS is trusted besides, and a folder is read', async () => {
    const extra = { NODE_EXTRA_CA_CERTS: '{root}/own.pem' }
    assert.deepEqual(await asked(extra), { value: '{}' })
    assert.deepEqual(await asked({ SSL_CERT_FILE: '{root}' }), { value: '{}' })
    const { error } = await asked({ NODE_EXTRA_CA_CERTS: '{root}/missing.pem' })
    assert.equal(error.kind, 'config')
    assert.match(error.message, /missing\.pem that NODE_EXTRA_CA_CERTS names/)
    // What the tools of other languages read is not read here.
    assert.equal((await asked({ REQUESTS_CA_BUNDLE: '{root}/own.pem' })).error.kind, 'tls')
  })
})
