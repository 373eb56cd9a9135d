// The OpenAI SDK.

import OpenAI from 'openai'
import { Agent } from 'undici'

import * as setting from '../setting.mjs'
import { batches, oneByOne } from '../working.mjs'

const { messages } = setting.question

// The SDK uses the global fetch, whose dispatcher has the certificate over TLS.
const dispatcher = setting.ca && new Agent({ connect: { ca: setting.ca } })
const client = new OpenAI({
  apiKey: setting.key,
  baseURL: setting.baseURL,
  ...(dispatcher && { fetchOptions: { dispatcher } })
})

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
