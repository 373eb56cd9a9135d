// The fetch of Node itself, which trusts what NODE_EXTRA_CA_CERTS names.

import { count } from '../events.mjs'
import * as setting from '../setting.mjs'
import { batches, oneByOne } from '../working.mjs'

const { headers } = setting
const post = (path, body) => fetch(setting.baseURL + path, { method: 'POST', headers, body })
const json = async (path, value) => (await post(path, JSON.stringify(value))).json()
const chat = async () => setting.content(await json('/chat/completions', setting.question))

export const call = () => oneByOne(chat, setting.TEXT)
export const inFlight = () => batches(chat, setting.TEXT)

export const stream = () =>
  oneByOne(async () => {
    const reply = await post('/chat/completions', JSON.stringify(setting.streamed))
    return count(reply.body)
  }, setting.events - 1)

export const down = () =>
  oneByOne(async () => {
    const reply = await fetch(`${setting.baseURL}/download/${setting.size}`)
    return (await reply.arrayBuffer()).byteLength
  }, setting.size)

export const up = () =>
  oneByOne(
    async () => (await (await post('/upload', setting.payload)).json()).received,
    setting.size
  )

export const embeddings = () =>
  oneByOne(
    async () => setting.vectors(await json('/embeddings', setting.embedded)),
    setting.NUMBERS
  )
