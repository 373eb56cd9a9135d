// The same with the OpenAI SDK, which the service's page recommends: a base URL
// and a key are all that it needs.

import OpenAI from 'openai'

const { NEURA_API_KEY, NEURA_BASE_URL, NEURA_INVALID_KEY, NEURA_EXPIRED_KEY, NEURA_REVOKED_KEY } =
  process.env
const baseURL = NEURA_BASE_URL ?? 'https://api.neura-ai.app/v1'
const request = { model: 'gpt-5', messages: [{ role: 'user', content: 'Hello!' }] }

const client = new OpenAI({ apiKey: NEURA_API_KEY, baseURL })

try {
  await client.models.list()
  console.log('check: ok')
} catch (error) {
  console.log(`check: ${error.code}`)
}

const completion = await client.chat.completions.create(request)
console.log(`answer: ${completion.choices[0].message.content}`)

let streamed = ''
for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
  streamed += chunk.choices[0]?.delta.content ?? ''
}
console.log(`stream: ${streamed}`)

async function failing(what, options) {
  try {
    await new OpenAI({ baseURL, ...options }).chat.completions.create(request)
    console.log(`${what}: no error`)
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error
    console.log(`${what}: ${error.code} ${error.status}`)
  }
}

await failing('invalid', { apiKey: NEURA_INVALID_KEY ?? 'nk-wrong-key-0000000000' })
if (NEURA_EXPIRED_KEY) await failing('expired', { apiKey: NEURA_EXPIRED_KEY })
if (NEURA_REVOKED_KEY) await failing('revoked', { apiKey: NEURA_REVOKED_KEY })

// The SDK refuses to be made without a key; a request without the header shows
// what the service says.
await failing('missing', { apiKey: 'none', defaultHeaders: { Authorization: null } })
