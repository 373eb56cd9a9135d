// Compiled, never run: streams, hooks and neura-ai/testing.

import { Readable } from 'node:stream'

import { Client, NeuraResponse } from 'neura-ai'
import type { Attempt, ChatCompletion, ChatCompletionChunk, ChatStream, NeuraStream, StreamEvent } from 'neura-ai'
import { Replay, Sandbox } from 'neura-ai/testing'
import type { ReplayReport } from 'neura-ai/testing'

const client = new Client({
  onAttempt(attempt: Attempt) {
    const status: number | null = attempt.status
    const wait: number = attempt.wait
    const fingerprint: string | null = attempt.keyFingerprint
    void [status, wait, fingerprint, attempt.startTime + attempt.elapsed]
    // @ts-expect-error an attempt is read only
    attempt.status = 5
  }
})
new Client({ onAttempt: async ({ attempt, path, method, requestId, kind }) => void [attempt, path, method, requestId, kind] })
// @ts-expect-error a listener is a function
new Client({ onAttempt: 5 })

export async function streams(): Promise<void> {
  const messages = [{ role: 'user', content: 'Hello!' }]
  using stream: ChatStream = await client.chat.completions.create({ model: 'm', messages, stream: true })
  const [left, right]: NeuraStream<ChatCompletionChunk>[] = stream.tee()
  const bytes: ReadableStream<Uint8Array> = stream.toReadableStream()
  const signal: AbortSignal = stream.controller.signal
  const answer: ChatCompletion = await stream.final()
  const id: string | null = (await stream.final())._response.requestId
  const events: NeuraStream<StreamEvent> = client.stream('/events')
  // @ts-expect-error only a chat has an answer
  events.final()
  Readable.from(events)
  await using other = client.stream('/events')
  void [left, right, bytes, signal, answer, id, other]
}

export async function testing(): Promise<void> {
  await using box = await Sandbox.start({ db: 'keys.sqlite', eventDelay: 5 })
  const own: Client = box.client({ apiKey: box.limitedApiKey, maxRetries: 0 })
  const env: { NEURA_API_KEY: string; NEURA_BASE_URL: string } = box.env
  await using replay = await Replay.start([200, 'close', { chat: 'Hi' }])
  const report: ReplayReport = await replay.report()
  const method: string | undefined = report.requests[0]?.method
  await Replay.start({ replies: [{ status: 500 }], after: 'error', expect: { attempts: 1 } })
  const made: NeuraResponse = NeuraResponse.from({ status: 404, headers: { a: 'b' }, json: { a: 1 } })
  NeuraResponse.from({ body: new Uint8Array(2) })
  NeuraResponse.from()
  // @ts-expect-error a typing error
  await Sandbox.start({ delay: 5 })
  // @ts-expect-error they are made by start
  new Sandbox()
  // @ts-expect-error a status is a number
  NeuraResponse.from({ status: '200' })
  void [own, env, method, made, box.url, box.apiKey, replay.apiKey]
  await box.close()
}
