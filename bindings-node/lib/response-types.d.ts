import type { NeuraStream, RateLimit, ReplyHead, StreamEvent } from '../index.js'
import type { CallOptions } from './option-types.js'
import type { ResponseParts } from './response-parts.js'

/** Bytes in memory of their own, as Blob and fetch take them; `Uint8Array` before TypeScript 5.7. */
export type Bytes = ReturnType<typeof Uint8Array.of>

/**
 * What a request may send. Strings, bytes, URLSearchParams, FormData and Blobs (files too:
 * `fs.openAsBlob`) go out with their length, and again where the request is sent again. A stream or
 * an async iterable is read while it goes out, in chunks and once: when its first piece was read,
 * the request is not sent again. None is held in memory whole. FormData, Blobs and URLSearchParams
 * set the content type that fetch sets, unless `headers` has one. What a stream throws, the call
 * rejects with.
 */
export type RequestBody =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | URLSearchParams
  | FormData
  | Blob
  | ReadableStream
  | AsyncIterable<string | ArrayBuffer | ArrayBufferView>

/**
 * A reply, read like fetch's Response. A body in memory may be read any number of times. With
 * `stream: true` it is read as it arrives: in pieces or as events once, or whole, and then it stays
 * in memory.
 *
 * A body that arrives is not read ahead. Its socket is closed at the end, by `close()`, by leaving
 * a loop, by cancelling `body` and by the signal of the call; reading on after that rejects with a
 * CancelledError. `idleTimeout` limits the wait for the next bytes, `timeout` ends with the headers.
 */
export class NeuraResponse implements ReplyHead, AsyncDisposable {
  private constructor()
  /**
   * A response without a server, for tests. Throws a TypeError for parts of a wrong type, and an
   * InvalidArgumentError for a status outside 200 to 599.
   */
  static from(parts?: ResponseParts): NeuraResponse
  readonly status: number
  /** The words that the server sent with the status: `Not Found`; empty if it sent none, or others than ASCII. */
  readonly statusText: string
  readonly url: string
  /** Made when first asked for. Printing it shows only names. */
  readonly headers: Headers
  readonly requestId: string | null
  readonly attempts: number
  readonly rateLimit: RateLimit
  /** True from 200 to 299. */
  readonly ok: boolean
  readonly type: 'basic'
  /** Always false: redirects are not followed. */
  readonly redirected: false
  /** The bytes, made when first asked for; null for a status without a body (204, 205, 304). */
  readonly body: ReadableStream<Bytes> | null
  /** Whether a part of a body that arrives was handed out. One in memory is never used up. */
  readonly bodyUsed: boolean
  /** Rejects with a DecodeError when the body is not JSON. */
  json<T = any>(): Promise<T>
  text(): Promise<string>
  /**
   * The body. One of 1 MiB and more is moved, not copied: what is changed in it then is changed
   * for later reads of this response too, and where its memory was transferred they reject with
   * an InvalidArgumentError.
   */
  bytes(): Promise<Bytes>
  /** As `bytes`. */
  arrayBuffer(): Promise<ArrayBuffer>
  /** The body with its content type. */
  blob(): Promise<Blob>
  /** The fields of a multipart or urlencoded body; a TypeError for any other. */
  formData(): Promise<FormData>
  /** The body as events, as they arrive, whatever the status. */
  events(): NeuraStream<StreamEvent>
  /** The body in pieces, as they arrive. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Bytes>
  /**
   * Another reader of the same reply. A body that arrives is split as fetch does it: what one
   * reader is ahead of the other is kept in memory, and its socket is closed when both are closed. A
   * TypeError if a part of it was read.
   */
  clone(): NeuraResponse
  /** fetch's own Response. It takes over a body that arrives. */
  toResponse(): Response
  /** Throws the typed error outside 200 to 299; else this response. */
  throwForStatus(): this
  /** Closes the socket of a body that arrives. */
  close(): void
  [Symbol.asyncDispose](): Promise<void>
  /** Status, URL without its query, request id and names of the headers; so it is printed too. */
  toJSON(): { status: number; url: string; requestId: string | null; headers: string[] }
}

/** The options of `client.fetch`: those of fetch, and ours. */
export interface FetchInit
  extends RequestInit, Pick<CallOptions, 'timeout' | 'maxRetries' | 'idempotencyKey'> {
  /**
   * Whether an Authorization, `api-key`, `x-api-key`, `x-goog-api-key`, `OpenAI-Organization` and
   * `OpenAI-Project` among the headers go out as they are. Our key goes out in their place
   * otherwise. Default: false.
   */
  keepAuthorization?: boolean
}

/**
 * fetch over a client's connections, with its key and its retries. It may be passed on as it is:
 * `createOpenAICompatible({ fetch: client.fetch })`. A path is joined to the base URL.
 *
 * The body of a Request of up to 1 MiB that can be read at once goes out with its length; any other
 * is a stream, which goes out in chunks and is not sent again.
 *
 * It resolves with a real Response whatever the status. Redirects are never followed: with
 * `redirect: 'follow'` and `'manual'` the redirect itself is the response, with `'error'` it
 * rejects. It rejects as fetch does: with the signal's reason after an abort, with
 * `TypeError: fetch failed` where no reply came, whose `cause` is the typed error or what the body's
 * stream threw, and with a TypeError for arguments that fetch refuses (a URL, a method, a header, an
 * option), whose `cause` is ours. What only this client refuses has its own class: another origin
 * than the base URL's is a ConfigError, a missing key a MissingAPIKeyError.
 *
 * A header in Latin-1 beyond ASCII is a TypeError, since its bytes cannot be sent; one that holds
 * the bytes of UTF-8 (`Buffer.from(value).toString('latin1')`) goes out as fetch sends it.
 */
export type Fetch = (
  input: Parameters<typeof globalThis.fetch>[0],
  init?: FetchInit
) => Promise<Response>
