// The OpenAI SDK, over the fetch of Node itself.

import OpenAI from 'openai'

import * as setting from '../setting.mjs'
import { batches, oneByOne } from '../working.mjs'

const { messages } = setting.question

const client = new OpenAI({ apiKey: setting.key, baseURL: setting.baseURL })

const complete = async () => {
  const reply = await client.chat.completions.create({ model: 'gpt-5', messages })
  return reply.choices[0].message.content.length
}

export const call = () => oneByOne(complete, setting.TEXT)
export const inFlight = () => batches(complete, setting.TEXT)

export const stream = () =>
  oneByOne(async () => {
    let found = 0
    const chunks = await client.chat.completions.create({ model: 'gpt-5', messages, stream: true })
    for await (const chunk of chunks) if (chunk.choices[0].delta.content !== undefined) found++
    return found
  }, setting.events - 1)

export const embeddings = () =>
  oneByOne(
    async () => setting.vectors(await client.embeddings.create(setting.embedded)),
    setting.NUMBERS
  )
