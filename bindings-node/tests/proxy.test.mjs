// A proxy on the way: of the caller's, of the environment, none, and one that fails.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'

import { Client, ProxyError, diagnose } from '../index.mjs'
import { withProxy } from './proxy.mjs'
import { HELLO, KEY, clientOf, errorOf, eventReply, sandbox, withReplay } from './servers.mjs'

const USER = 'user:fake-proxy-password'
/** A name that the proxy alone knows. */
const BEHIND = { baseURL: 'http://origin.example/v1', allowHttp: true, maxRetries: 0 }

let server
before(async () => (server = await sandbox()))
after(() => server.stop())

const hostOf = ({ base_url }) => new URL(base_url).host

/** Runs `act` with a variable in the environment. */
async function withVariable(name, value, act) {
  process.env[name] = value
  try {
    return await act()
  } finally {
    delete process.env[name]
  }
}

test('calls and streams go through the proxy, which sees no key', async () => {
  await withProxy({}, async (proxy) => {
    const client = clientOf(server, { proxy: proxy.url })
    const reply = await client.chat.completions.create(HELLO)
    assert.equal(reply.choices[0].message.content, 'You said: Hello!')
    let said = ''
    for await (const chunk of await client.chat.completions.create({ ...HELLO, stream: true })) {
      said += chunk.choices[0]?.delta.content ?? ''
    }
    assert.equal(said, 'You said: Hello!')
    const tunnels = await proxy.tunnels()
    assert.equal(tunnels[0].target, hostOf(server))
    assert.equal(tunnels.length, 1)
    assert(!JSON.stringify(tunnels).includes(server.api_key))
    client.close()
  })
})

test('the credentials go to the proxy and not beyond', async () => {
  await withReplay({ replies: [200] }, async (replay) => {
    await withProxy({ credentials: USER }, async (proxy) => {
      assert.equal((await clientOf(replay, { proxy: proxy.url }).get('/x')).status, 200)
      const tunnels = await proxy.tunnels()
      const login = new RegExp(`\\r\\nproxy-authorization: Basic ${btoa(USER)}\\r\\n`, 'i')
      assert.match(tunnels[0].asked, login)
      assert(!JSON.stringify(tunnels).includes(KEY))
      assert.match(await proxy.tunnelled(), /^GET \/v1\/x HTTP\/1\.1\r\n/)
    })
    const { requests } = await replay.report()
    assert.equal(requests.length, 1)
    assert.doesNotMatch(JSON.stringify(requests), /proxy-authorization|fake-proxy-password/i)
  })
})

test('the proxy of the environment is used, as it was when the client was made', async () => {
  await withReplay({ replies: [eventReply('data: 1\n\n')] }, async (replay) => {
    await withProxy({ target: hostOf(replay), credentials: USER }, async (proxy) => {
      const make = () => new Client({ ...BEHIND, apiKey: KEY })
      const client = await withVariable('http_proxy', proxy.url, make)
      for await (const { data } of client.stream('/x')) assert.equal(data, '1')
      assert.equal((await proxy.tunnels())[0].target, 'origin.example:80')
    })
  })
})

test('false and the empty text are no proxy, whatever the environment says', async () => {
  await withProxy({ target: hostOf(server) }, async (other) => {
    await withVariable('http_proxy', other.url, async () => {
      /** @type {(false | string)[]} */
      const none = [false, '']
      for (const proxy of none) {
        const client = new Client({ ...BEHIND, apiKey: KEY, proxy, connectTimeout: 3_000 })
        const error = await errorOf(() => client.get('/models'))
        // Some machines never hear of a name that does not exist.
        assert(['connection', 'timeout'].includes(error.kind), error)
      }
      assert.deepEqual(await other.tunnels(), [])
    })
  })
})

test('a proxy that refuses is a ProxyError without the password', async () => {
  await withProxy({ credentials: USER }, async ({ address }) => {
    for (const user of ['', 'user:wrong-fake-password@']) {
      const client = clientOf(server, { proxy: `http://${user}${address}`, maxRetries: 0 })
      const error = await errorOf(() => client.get('/models'))
      assert(error instanceof ProxyError, error)
      assert(error.message.includes(address))
      assert.doesNotMatch(inspect(error, { showHidden: true }) + inspect(client), /fake-password/)
    }
  })
})

test('a proxy that is not there is a ProxyError', async () => {
  const address = await withProxy({}, ({ address }) => address)
  const client = clientOf(server, { proxy: `http://${USER}@${address}`, maxRetries: 0 })
  const error = await errorOf(() => client.get('/models'))
  assert(error instanceof ProxyError, error)
  assert.doesNotMatch(inspect(error, { showHidden: true }), /fake-proxy-password/)
})

test('a proxy that cannot be is a ConfigError without the password', async () => {
  for (const proxy of [`ftp://${USER}@host:1`, `http://${USER}@`, `http://${USER}@host:99999`]) {
    const error = await errorOf(() => new Client({ apiKey: KEY, proxy }))
    assert.equal(error.kind, 'config')
    assert.match(error.message, /proxy/)
    assert.doesNotMatch(inspect(error, { showHidden: true }), /fake-proxy-password/)
  }
  const make = () => new Client({ apiKey: KEY, baseURL: 'https://origin.example/v1' })
  const error = await withVariable('https_proxy', `ftp://${USER}@host:1`, () => errorOf(make))
  assert.equal(error.kind, 'config')
  assert.match(error.message, /https_proxy/)
  assert.doesNotMatch(error.message, /fake-proxy-password/)
})

test('diagnose tells the proxy and no password', async () => {
  await withProxy({ credentials: USER }, async (proxy) => {
    const { api_key: apiKey, base_url: baseURL } = server
    const report = await diagnose({ apiKey, baseURL, proxy: proxy.url })
    assert(report.checks.find(({ code }) => code === 'proxy').found.includes(proxy.address))
    assert.equal(report.verdict, 'valid')
    assert((await proxy.tunnels()).length > 0)
    assert.doesNotMatch(JSON.stringify(report) + String(report), /fake-proxy-password/)
  })
})
