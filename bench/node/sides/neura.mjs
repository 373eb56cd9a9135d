// This project's client.

import { createRequire } from 'node:module'

import * as setting from '../setting.mjs'
import { batches, oneByOne } from '../working.mjs'

const { Client } = createRequire(import.meta.url)('../../../bindings-node')
const { TEXT, NUMBERS, events, size } = setting
const { messages } = setting.question

const client = new Client({
  apiKey: setting.key,
  baseURL: setting.baseURL,
  ...(setting.caFile && { caFile: setting.caFile })
})

const create = async () => {
  const reply = await client.chat.completions.create({ model: 'gpt-5', messages })
  return reply.choices[0].message.content.length
}
const post = async (path, json) => (await client.post(path, { json })).json()

export const callCreate = () => oneByOne(create, TEXT)
export const inFlight = () => batches(create, TEXT)

export const callPost = () =>
  oneByOne(async () => setting.content(await post('/chat/completions', setting.question)), TEXT)

export const streamCreate = () =>
  oneByOne(async () => {
    let found = 0
    const stream = await client.chat.completions.create({ model: 'gpt-5', messages, stream: true })
    for await (const chunk of stream) if (chunk.choices[0].delta.content !== undefined) found++
    return found
  }, events - 1)

export const streamEvents = () =>
  oneByOne(async () => {
    let found = 0
    for await (const event of client.stream('/chat/completions', { json: setting.streamed })) {
      if (event.json().choices[0].delta.content !== undefined) found++
    }
    return found
  }, events - 1)

export const down = () =>
  oneByOne(async () => (await (await client.get(`/download/${size}`)).arrayBuffer()).byteLength, size)

export const up = () =>
  oneByOne(async () => {
    const reply = await client.post('/upload', { body: setting.payload })
    return (await reply.json()).received
  }, size)

export const embeddingsPost = () =>
  oneByOne(async () => setting.vectors(await post('/embeddings', setting.embedded)), NUMBERS)

export const embeddingsCreate = () =>
  oneByOne(async () => setting.vectors(await client.embeddings.create(setting.embedded)), NUMBERS)
