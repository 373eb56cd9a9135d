// Compiled, never run: bodies, replies and client.fetch.

import { createReadStream, openAsBlob } from 'node:fs'
import { Readable } from 'node:stream'

import { Client } from 'neura-ai'
import type { Fetch, NeuraResponse, NeuraStream, RequestBody, StreamEvent } from 'neura-ai'

const client = new Client()

export async function bodies(): Promise<void> {
  async function* pieces() {
    yield 'text'
    yield new Uint8Array(2)
  }
  const all: RequestBody[] = [
    new FormData(),
    new URLSearchParams({ a: 'b' }),
    await openAsBlob('file'),
    createReadStream('file'),
    Readable.from(['a']),
    ReadableStream.from(pieces()),
    pieces()
  ]
  for (const body of all) await client.post('/x', { body })
  // @ts-expect-error an object is given as json
  await client.post('/x', { body: { a: 1 } })
}

export async function replies(): Promise<void> {
  await using reply: NeuraResponse = await client.get('/x', { stream: true })
  const body: ReadableStream<Uint8Array> | null = reply.body
  for await (const piece of reply) piece.byteLength
  const events: NeuraStream<StreamEvent> = reply.events()
  const [blob, form, clone]: [Blob, FormData, NeuraResponse] = [await reply.blob(), await reply.formData(), reply.clone()]
  const response: Response = reply.toResponse()
  const text: string = `${reply.statusText} ${reply.type} ${reply.bodyUsed} ${reply.toJSON().headers[0]}`
  reply.close()
  void [body, events, blob, form, clone, response, text]
  // @ts-expect-error a stream has no such option
  client.stream('/x', { stream: true })
}

export async function bytesFit(): Promise<void> {
  const response = await client.get('/models')
  const bytes: Uint8Array<ArrayBuffer> = await response.bytes()
  const body: Response['body'] = response.body
  void [new Blob([bytes]), body, await crypto.subtle.digest('SHA-256', bytes)]
  for await (const piece of response) void new Blob([piece])
}

export async function fetches(): Promise<void> {
  const plain: typeof globalThis.fetch = client.fetch
  const ours: Fetch = client.fetch
  const { status }: Response = await client.fetch('/models', { maxRetries: 0, keepAuthorization: true, signal: null })
  await client.fetch(new Request('http://127.0.0.1/'), { method: 'POST', body: 'a', timeout: null })
  void [plain, ours, status]
  // @ts-expect-error a switch
  await client.fetch('/models', { keepAuthorization: 'yes' })
}
