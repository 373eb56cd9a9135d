// A chat costs clearly less CPU time than the same request through node:http. The counts of instructions
// in bench/instructions do not cover Node, whose compiler works while the program runs. So the test
// compares the two in rounds that take turns, each in a process of its own.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'

import { index } from './place.mjs'

const ROUNDS = 5
const CALLS = 1500
/**
 * CPU time of node:http divided by ours, in the first 2,000 calls of a process. It becomes less, because V8
 * optimises the JavaScript of node:http over some seconds: docs/speed.md has what is left then.
 */
const LEAST_RATIO = 2
/** Client and server on one core, where a program can be told so. */
const PINNED = process.platform === 'linux' ? ['taskset', '-c', '0'] : []

const ANSWER = JSON.stringify({
  id: 'chatcmpl-0123456789',
  object: 'chat.completion',
  created: 1764493200,
  model: 'gpt-5',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'A word. '.repeat(40) }, finish_reason: 'stop' }
  ],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 }
})

const SERVER = `
const reply = 'HTTP/1.1 200 OK\\r\\ncontent-type: application/json\\r\\nx-request-id: req_1\\r\\n' +
  'content-length: ${ANSWER.length}\\r\\n\\r\\n' + ${JSON.stringify(ANSWER)}
const server = require('node:net').createServer((socket) => {
  let came = ''
  socket.setNoDelay(true).on('error', () => {}).on('data', (bytes) => {
    came += bytes.toString('latin1')
    for (;;) {
      const end = came.indexOf('\\r\\n\\r\\n')
      const length = /content-length: (\\d+)/i.exec(came.slice(0, end))
      const whole = end + 4 + Number(length?.[1] ?? 0)
      if (end < 0 || came.length < whole) return
      came = came.slice(whole)
      socket.write(reply)
    }
  })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.on('end', () => process.exit()).resume()`

const OURS = `
const { Client } = require(${JSON.stringify(new URL('index.js', index).pathname)})
const client = new Client({ apiKey: 'nk-fake-0123456789abcdef', baseURL: 'http://127.0.0.1:' + port + '/v1' })
const call = () => client.chat.completions.create(question)`

const NODE_HTTP = `
const http = require('node:http')
const agent = new http.Agent({ keepAlive: true })
const headers = { authorization: 'Bearer nk-fake-0123456789abcdef', 'content-type': 'application/json' }
const options = { host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', agent }
const call = () => new Promise((resolve, reject) => {
  const body = JSON.stringify(question)
  const length = { 'content-length': Buffer.byteLength(body) }
  const request = http.request({ ...options, headers: { ...headers, ...length } }, (reply) => {
    let text = ''
    reply.setEncoding('utf8').on('data', (piece) => { text += piece }).on('end', () => resolve(JSON.parse(text)))
  })
  request.on('error', reject).end(body)
})`

/** The CPU time of a call in microseconds. */
function cost(side, port) {
  const code = `
const port = ${port}
const question = { model: 'gpt-5', messages: [{ role: 'user', content: 'Say hello. '.repeat(18) }] }
${side}
const many = async (count) => { for (let done = 0; done < count; done++) await call() }
many(500).then(async () => {
  const before = process.cpuUsage()
  await many(${CALLS})
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / ${CALLS})
  process.exit()
})`
  const [command, ...args] = [...PINNED, process.execPath, '-e', code]
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  assert.equal(stderr, '')
  return Number(stdout)
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]

test('a chat costs less CPU time than through node:http', async () => {
  const [command, ...args] = [...PINNED, process.execPath, '-e', SERVER]
  const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [port] = await once(server.stdout, 'data')
  const round = () => ({ ours: cost(OURS, Number(port)), theirs: cost(NODE_HTTP, Number(port)) })
  let rounds
  try {
    rounds = Array.from({ length: ROUNDS }, round)
  } finally {
    server.stdin.end()
  }
  const ratio = median(rounds.map(({ ours, theirs }) => theirs / ours))
  assert(ratio >= LEAST_RATIO, `${ratio.toFixed(2)} times; microseconds: ${JSON.stringify(rounds)}`)
})
