// Compiled, never run: what a user may write, and what the types must refuse.

import neura, {
  AuthenticationError,
  CancelledError,
  Client,
  NeuraError,
  NeuraResponse,
  RateLimitError,
  authHeaders,
  diagnose,
  delete as del,
  get,
  resolve,
  version
} from 'neura-ai'
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ClientOptions,
  ClientUsage,
  Diagnosis,
  ErrorKind,
  KeyCheck,
  KeyInfo,
  NeuraStream
} from 'neura-ai'

const client = new Client({
  apiKey: 'nk-test',
  baseURL: 'https://gw.example/v1',
  timeout: null,
  connectTimeout: 500,
  maxRetries: 0,
  maxInFlight: 8,
  proxy: 'socks5h://127.0.0.1:1080',
  clientCert: 'client.pem',
  clientKey: 'client-key.pem',
  maxBodyBytes: 1_000_000,
  maxEventBytes: 1_000,
  maxHeaderBytes: 1_000,
  headers: { 'X-A': '1', 'X-B': undefined }
})
new Client()
// @ts-expect-error a typing error
new Client({ apikey: 'nk-test' })
// @ts-expect-error a key is text
new Client({ apiKey: 5 })
// @ts-expect-error and so is what a function gives
new Client({ apiKey: async () => 5 })
// @ts-expect-error and each of several
new Client({ apiKey: ['nk-test', 5] })
// @ts-expect-error true says nothing
new Client({ envFile: true })
new Client({ proxy: false })
// @ts-expect-error true says nothing
new Client({ proxy: true })
// @ts-expect-error only limits may be null
new Client({ maxRetries: null })

export async function verbs(): Promise<void> {
  const reply: NeuraResponse = await client.get('/models', {
    params: { limit: 2, all: true, tags: ['a', 'b'], none: null },
    headers: new Headers(),
    timeout: 5_000,
    signal: AbortSignal.timeout(50)
  })
  await client.get('/models', { params: new URLSearchParams('a=1'), headers: [['a', 'b']] })
  await client.post('/things', { body: new Uint8Array(2), idempotencyKey: 'k' })
  await client.request('PATCH', '/things', { json: { a: 1 } })
  const status: number = reply.throwForStatus().status
  const text: string = await reply.text()
  const bytes: Uint8Array = await reply.bytes()
  const buffer: ArrayBuffer = await reply.arrayBuffer()
  const body: { data: string[] } = await reply.json<{ data: string[] }>()
  const id: string | null = reply.requestId
  const left: number | null = reply.rateLimit.requests.remaining
  const type: string | null = reply.headers.get('content-type')
  await Promise.all([get('/models'), del('/things/1'), neura.delete('/things/2')])
  const header: string = authHeaders().Authorization
  void [status, text, bytes, buffer, body, id, left, type, header, version.length]
  // @ts-expect-error not a verb's option
  await client.get('/models', { timeOut: 5 })
  // @ts-expect-error the constructor is not for users
  new NeuraResponse()
}

export async function chat(): Promise<string> {
  const messages = [{ role: 'user', content: 'Hello!' }]
  const whole = await client.chat.completions.create({ model: 'gpt-5', messages, temperature: 0.5 })
  const completion: ChatCompletion = whole
  const attempts: number = whole._response.attempts
  const stream = await client.chat.completions.create(
    { model: 'gpt-5', messages, stream: true },
    { timeout: 5_000, extraHeaders: { 'X-A': '1' } }
  )
  const chunks: NeuraStream<ChatCompletionChunk> = stream
  let text = ''
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? ''
  // @ts-expect-error a stream has no choices
  stream.choices
  // @ts-expect-error a model is needed
  await client.chat.completions.create({ messages })
  void [completion, attempts]
  return text
}

export async function streams(): Promise<void> {
  await using events = client.stream('/events', { json: { a: 1 }, method: 'GET' })
  for await (const { event, data, id, json } of events) void [event, data, id, json<number>()]
  events.close()
  const status: number | undefined = events._response?.status
  await using other = new Client()
  const models = await other.models.list({ maxRetries: 0 })
  const first: string | undefined = models.data[0]?.id
  const vectors = await other.embeddings.create({ model: 'm', input: ['a'] })
  const vector: number[] | undefined = vectors.data[0]?.embedding
  const check: KeyCheck = await other.check()
  const kind: ErrorKind | null = check.kind
  void [status, first, vector, kind]
}

export async function keys(): Promise<void> {
  const several: readonly string[] = ['nk-first', 'nk-second']
  const ways: ClientOptions[] = [
    { apiKey: several },
    { apiKey: () => 'nk-test' },
    { apiKey: async () => 'nk-test' },
    { profile: 'staging', envFile: '.env.local' },
    { envFile: false }
  ]
  const found: KeyInfo = resolve(ways[0])
  const mask: string | null = found.mask
  // @ts-expect-error a mask may be null
  const text: string = found.mask
  const set: void = client.setApiKey('nk-new')
  const usage: ClientUsage = client.usage()
  const first: string | null | undefined = usage.keys[0]?.firstUsed
  const report: Diagnosis = await diagnose({ ...ways[1], signal: AbortSignal.timeout(50) })
  const verdict: 'valid' | ErrorKind = report.verdict
  const advice: string | null | undefined = report.checks[0]?.advice
  // @ts-expect-error resolve does not wait, so there is nothing to abort
  resolve({ signal: AbortSignal.timeout(50) })
  void [found.source, found.baseURL, mask, text, set, first, verdict, advice, String(report)]
}

export function errors(error: unknown): string {
  if (error instanceof RateLimitError) return String(error.retryAfter ?? 0)
  if (error instanceof CancelledError) return String(error.cause)
  if (error instanceof AuthenticationError) return error.code ?? ''
  if (error instanceof NeuraError) {
    const kind: ErrorKind = error.kind
    // @ts-expect-error not a kind
    if (error.kind === 'teapot') return ''
    return `${kind} ${error.status} ${error.requestId} ${error.attempts} ${error.rateLimit?.tokens.limit}`
  }
  return ''
}
