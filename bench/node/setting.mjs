// What a side is measured with, which the runner gives it in the environment.

import { readFileSync } from 'node:fs'

const { env } = process
const number = (name) => Number(env[name] ?? 0)

export const baseURL = env.BENCH_URL
export const key = env.BENCH_KEY
export const caFile = env.BENCH_CA_FILE || undefined
export const ca = caFile && readFileSync(caFile)
export const events = number('BENCH_EVENTS')
export const size = number('BENCH_SIZE')
export const calls = number('BENCH_CALLS')
export const inFlight = number('BENCH_IN_FLIGHT')

/** The length of the answer's text, which every side reads, and the numbers of its embeddings. */
export const TEXT = 205
export const NUMBERS = 100 * 1536

/** About 300 bytes of JSON. */
export const question = {
  model: 'gpt-5',
  messages: [
    { role: 'system', content: 'You answer in one short paragraph, in plain words.' },
    {
      role: 'user',
      content:
        'Which animals of a forest sleep through the winter, and which of them wake up now and then ' +
        'to eat from what they stored in the autumn before?'
    }
  ]
}
export const streamed = { ...question, stream: true }
export const embedded = {
  model: 'text-embedding-3-small',
  input: Array.from({ length: 100 }, (_, index) => `text number ${index}`),
  encoding_format: 'float'
}
export const payload = Buffer.alloc(size, 'x')

export const authorization = { authorization: `Bearer ${key}` }
export const headers = { ...authorization, 'content-type': 'application/json' }

/** The length of an answer's text. */
export const content = (answer) => answer.choices[0].message.content.length

/** The numbers of an answer of embeddings. */
export function vectors(answer) {
  let found = 0
  for (const item of answer.data) found += item.embedding.length
  return found
}
