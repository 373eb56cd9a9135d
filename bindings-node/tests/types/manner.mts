// Compiled, never run: messages and parameters of other types, and what the OpenAI SDK's users
// write.

import {
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  Client,
  RateLimitError
} from 'neura-ai'
import type { ChatCompletion, ChatCompletionChunk, ChatRequest, NeuraResponse } from 'neura-ai'
import type OpenAI from 'openai'
import type {
  ChatCompletionCreateParams,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  ChatCompletionTool
} from 'openai/resources/chat/completions'

const client = new Client({
  apiKey: 'nk-test',
  baseURL: new URL('https://gw.example/v1'),
  defaultHeaders: { 'X-A': '1' },
  defaultQuery: { 'api-version': 'v1' },
  logLevel: 'debug'
})
const model = 'gpt-5'

interface Own {
  role: string
  content: string
  at: Date
}
interface Exact {
  role: 'user' | 'assistant'
  content: string
}
enum Role {
  User = 'user'
}

export async function messages(
  own: Own[],
  exact: readonly Exact[],
  params: ChatCompletionMessageParam[],
  named: OpenAI.ChatCompletionMessageParam[],
  tools: ChatCompletionTool[]
): Promise<void> {
  const create = (given: ChatRequest['messages']) =>
    client.chat.completions.create({ model, messages: given })
  const constant = [{ role: 'user', content: 'Hi' }] as const
  const parts = [
    { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }
  ] as const
  const widened = [{ role: 'user', content: 'Hi' }]
  for (const given of [own, exact, params, named, constant, parts, widened]) await create(given)
  await create([{ role: Role.User, content: null }])
  await create([{ role: 'tool', tool_call_id: 'call_1', content: '{}', cache_control: {} }])
  await client.chat.completions.create({ model, messages: named, tools, tool_choice: 'auto' })
  const reply = await create(params)
  await create([...named, reply.choices[0]!.message])
  // @ts-expect-error a message has a role
  await create([{ content: 'Hi' }])
}

export async function parameters(
  whole: ChatCompletionCreateParams,
  plain: ChatCompletionCreateParamsNonStreaming,
  streamed: ChatCompletionCreateParamsStreaming,
  embedding: OpenAI.EmbeddingCreateParams
): Promise<void> {
  const either = await client.chat.completions.create(whole)
  if ('choices' in either) void either.choices[0]
  const answer: ChatCompletion = await client.chat.completions.create(plain)
  for await (const chunk of await client.chat.completions.create(streamed)) {
    const one: ChatCompletionChunk = chunk
    void one
  }
  await client.embeddings.create(embedding)
  await client.chat.completions.create({
    model,
    messages: [],
    max_completion_tokens: 5,
    stop: ['a'] as const,
    reasoning_effort: 'low',
    response_format: { type: 'json_object' },
    stream: null,
    timeout: 5_000,
    extraBody: { top_k: 5 }
  })
  // @ts-expect-error misspelt
  await client.chat.completions.create({ model, messages: [], temprature: 1 })
  // @ts-expect-error misspelt, in a stream
  await client.chat.completions.create({ model, messages: [], stream: true, maxTokens: 1 })
  // @ts-expect-error misspelt option
  await client.chat.completions.create({ model, messages: [] }, { maxretries: 1 })
  // @ts-expect-error a number
  await client.chat.completions.create({ model, messages: [], temperature: '1' })
  // @ts-expect-error misspelt
  await client.embeddings.create({ model, input: 'a', dimension: 1 })
  void answer
}

export async function answers(): Promise<void> {
  const body = { model, messages: [{ role: 'user', content: 'Hi' }] }
  const completion: OpenAI.ChatCompletion = await client.chat.completions.create(body)
  const message: OpenAI.ChatCompletionMessageParam = completion.choices[0]!.message
  for await (const chunk of await client.chat.completions.create({ ...body, stream: true })) {
    const one: OpenAI.ChatCompletionChunk = chunk
    void one
  }
  const list: { data: OpenAI.Model[] } = await client.models.list()
  const model1: OpenAI.Model = await client.models.retrieve('gpt-5')
  const vectors: OpenAI.CreateEmbeddingResponse = await client.embeddings.create({
    model,
    input: ['a'] as const
  })
  void [message, list, model1, vectors]
}

export async function manner(error: unknown): Promise<void> {
  const call = client.chat.completions.create({ model, messages: [] }, { headers: { a: 'b' } })
  const { data, response, request_id: id } = await call.withResponse()
  const reply: NeuraResponse = await call.asResponse()
  const same: string | null = data._request_id
  const text: string | null = data.choices[0]!.message.content
  for await (const each of client.models.list({ query: { limit: 2 } })) void each.id.length
  for await (const each of await client.models.list()) void each.id.length
  const stream = client.chat.completions.create({ model, messages: [], stream: true })
  const { data: chunks, response: head } = await stream.withResponse()
  const quick = client.withOptions({ timeout: 1_000, maxRetries: 0 })
  await quick.get('/models', { signal: null })
  // @ts-expect-error misspelt
  client.withOptions({ timeOut: 1 })
  // @ts-expect-error no such level
  new Client({ logLevel: 'loud' })
  if (error instanceof APIUserAbortError || error instanceof APIConnectionTimeoutError) return
  if (error instanceof RateLimitError || error instanceof APIError) {
    const words: [string | null, Headers | null, unknown, { name: string }] = [
      error.requestID,
      error.headers,
      error.error,
      error.toJSON()
    ]
    void words
  }
  void [response.status, id, reply, same, text, chunks, head.headers]
}
