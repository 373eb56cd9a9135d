// Chat, a streamed chat, and what each bad key is told. The key comes from
// NEURA_API_KEY; NEURA_BASE_URL leads elsewhere, say to the sandbox.

import { Client, NeuraError } from 'neura-ai'

const request = { model: 'gpt-5', messages: [{ role: 'user', content: 'Hello!' }] }

const client = new Client()

// Does the key work? This asks for the models and throws nothing.
const check = await client.check()
console.log(`check: ${check.ok ? 'ok' : check.kind}`)

const completion = await client.chat.completions.create(request)
console.log(`answer: ${completion.choices[0].message.content}`)

// The chunks of a streamed answer, as they come.
let streamed = ''
for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
  streamed += chunk.choices[0]?.delta.content ?? ''
}
console.log(`stream: ${streamed}`)

// Every error has a kind that is the same in every language.
async function failing(what, options) {
  try {
    await new Client(options).chat.completions.create(request)
    console.log(`${what}: no error`)
  } catch (error) {
    if (!(error instanceof NeuraError)) throw error
    console.log(`${what}: ${error.kind} ${error.status ?? '-'}`)
  }
}

const { NEURA_INVALID_KEY, NEURA_EXPIRED_KEY, NEURA_REVOKED_KEY } = process.env
await failing('invalid', { apiKey: NEURA_INVALID_KEY ?? 'nk-wrong-key-0000000000' })
if (NEURA_EXPIRED_KEY) await failing('expired', { apiKey: NEURA_EXPIRED_KEY })
if (NEURA_REVOKED_KEY) await failing('revoked', { apiKey: NEURA_REVOKED_KEY })

delete process.env.NEURA_API_KEY
await failing('missing')
