// node:http, with an agent that keeps connections.

import http from 'node:http'
import https from 'node:https'

import { Splitter } from '../events.mjs'
import * as setting from '../setting.mjs'
import { batches, oneByOne } from '../working.mjs'

const base = new URL(setting.baseURL)
const { Agent, request } = base.protocol === 'https:' ? https : http
const agent = new Agent({ keepAlive: true, ca: setting.ca })
const target = { agent, host: base.hostname, port: base.port }

/** Resolves with the reply when its headers have come. */
function open(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? setting.authorization : { ...setting.headers }
    if (body !== undefined) headers['content-length'] = Buffer.byteLength(body)
    const options = { ...target, method, path: base.pathname + path, headers }
    request(options, resolve).on('error', reject).end(body)
  })
}

/** Resolves with the whole body. */
async function read(method, path, body) {
  const reply = await open(method, path, body)
  return new Promise((resolve, reject) => {
    const pieces = []
    reply.on('data', (piece) => pieces.push(piece))
    reply.on('end', () => resolve(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)))
    reply.on('error', reject)
  })
}

const json = async (path, value) => JSON.parse(await read('POST', path, JSON.stringify(value)))
const chat = async () => setting.content(await json('/chat/completions', setting.question))

export const call = () => oneByOne(chat, setting.TEXT)
export const inFlight = () => batches(chat, setting.TEXT)

/** By the event 'data', which is faster than `for await`. */
export const stream = () =>
  oneByOne(async () => {
    const reply = await open('POST', '/chat/completions', JSON.stringify(setting.streamed))
    return new Promise((resolve, reject) => {
      const splitter = new Splitter()
      reply.on('data', (piece) => splitter.feed(piece))
      reply.on('end', () => resolve(splitter.found))
      reply.on('error', reject)
    })
  }, setting.events - 1)

export const down = () =>
  oneByOne(async () => (await read('GET', `/download/${setting.size}`)).byteLength, setting.size)

export const up = () =>
  oneByOne(
    async () => JSON.parse(await read('POST', '/upload', setting.payload)).received,
    setting.size
  )

export const embeddings = () =>
  oneByOne(
    async () => setting.vectors(await json('/embeddings', setting.embedded)),
    setting.NUMBERS
  )
