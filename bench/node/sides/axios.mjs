// axios over node:http.

import http from 'node:http'
import https from 'node:https'

import axios from 'axios'

import { count } from '../events.mjs'
import * as setting from '../setting.mjs'
import { batches, oneByOne } from '../working.mjs'

const client = axios.create({
  baseURL: setting.baseURL,
  headers: setting.authorization,
  httpAgent: new http.Agent({ keepAlive: true }),
  httpsAgent: new https.Agent({ keepAlive: true, ca: setting.ca }),
  maxRedirects: 0,
  maxBodyLength: Infinity,
  maxContentLength: Infinity,
  proxy: false
})
const chat = async () =>
  setting.content((await client.post('/chat/completions', setting.question)).data)

export const call = () => oneByOne(chat, setting.TEXT)
export const inFlight = () => batches(chat, setting.TEXT)

export const stream = () =>
  oneByOne(async () => {
    const asked = { responseType: 'stream' }
    return count((await client.post('/chat/completions', setting.streamed, asked)).data)
  }, setting.events - 1)

export const down = () =>
  oneByOne(async () => {
    const asked = { responseType: 'arraybuffer' }
    return (await client.get(`/download/${setting.size}`, asked)).data.byteLength
  }, setting.size)

export const up = () =>
  oneByOne(async () => (await client.post('/upload', setting.payload)).data.received, setting.size)

export const embeddings = () =>
  oneByOne(
    async () => setting.vectors((await client.post('/embeddings', setting.embedded)).data),
    setting.NUMBERS
  )
