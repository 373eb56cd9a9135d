// undici's own interface, which is faster than its fetch.

import { Agent, request } from 'undici'

import { count } from '../events.mjs'
import * as setting from '../setting.mjs'
import { batches, oneByOne } from '../working.mjs'

const { headers } = setting
const dispatcher = new Agent(setting.ca ? { connect: { ca: setting.ca } } : {})
const post = async (path, body) =>
  (await request(setting.baseURL + path, { method: 'POST', headers, body, dispatcher })).body
const json = async (path, value) => (await post(path, JSON.stringify(value))).json()
const chat = async () => setting.content(await json('/chat/completions', setting.question))

export const call = () => oneByOne(chat, setting.TEXT)
export const inFlight = () => batches(chat, setting.TEXT)

export const stream = () =>
  oneByOne(
    async () => count(await post('/chat/completions', JSON.stringify(setting.streamed))),
    setting.events - 1
  )

export const down = () =>
  oneByOne(async () => {
    const { body } = await request(`${setting.baseURL}/download/${setting.size}`, { dispatcher })
    return (await body.arrayBuffer()).byteLength
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
