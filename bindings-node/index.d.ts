/// <reference lib="esnext.disposable" />

import type { CallOptions, ClientOptions } from './lib/option-types.js'
import type { Fetch, NeuraResponse, RequestBody } from './lib/response.js'
import type { ClientUsage, Diagnosis, KeyCheck, KeyInfo } from './lib/reports.js'
export * from './lib/errors.js'
export type { ClientOptions } from './lib/option-types.js'
export * from './lib/reports.js'
export * from './lib/response.js'

export type HeaderValue = string | number | undefined
export type HeadersLike = Iterable<[string, HeaderValue]> | { [name: string]: HeaderValue }

export type ParamValue = string | number | bigint | boolean | null | undefined
/** Arrays repeat their name; null and undefined are left out. */
export type ParamsLike =
  Iterable<[string, ParamValue | ParamValue[]]> | { [name: string]: ParamValue | ParamValue[] }

export interface RequestOptions extends CallOptions {
  /** Anything that JSON.stringify takes, as it takes it. */
  json?: unknown
  /** Bytes of more than 1 MiB are read while they go out: do not change them before the call settles. */
  body?: RequestBody
  params?: ParamsLike
  headers?: HeadersLike
  /** Whether to resolve when the headers came, with a body that is read as it arrives. Default: false. */
  stream?: boolean
}

export interface StreamOptions extends Omit<RequestOptions, 'stream'> {
  /** POST unless said. */
  method?: string
}

/** Options of a named call, in the same object as its body or in a second one. */
export interface NamedOptions extends CallOptions {
  extraHeaders?: HeadersLike
  extraQuery?: ParamsLike
  /** Keys for the body that win over those beside it. */
  extraBody?: Record<string, unknown>
}

/** A limit of the service; null where it does not tell. */
export interface Quota {
  limit: number | null
  remaining: number | null
  resetMs: number | null
}

export interface RateLimit {
  requests: Quota
  tokens: Quota
}

/** What is known of a reply before its body. */
export interface ReplyHead {
  readonly status: number
  readonly url: string
  readonly headers: Headers
  readonly requestId: string | null
  /** How many times the request was sent. */
  readonly attempts: number
  readonly rateLimit: RateLimit
}

/** An event as the service sent it. */
export interface StreamEvent {
  /** 'message' where the service named none. */
  readonly event: string
  readonly data: string
  /** The last id that the service sent, else ''. */
  readonly id: string
  /** The data as JSON; throws a DecodeError when it is none. */
  json<T = any>(): T
}

/**
 * Read once, with `for await`. The socket is closed when the loop is left, at
 * the end, by close() and by the signal; reading on before the end is a CancelledError.
 */
export interface NeuraStream<T> extends AsyncIterableIterator<T>, AsyncDisposable {
  next(): Promise<IteratorResult<T, undefined>>
  return(value?: any): Promise<IteratorResult<T, any>>
  [Symbol.asyncIterator](): NeuraStream<T>
  close(): void
  /** Known once the headers came. */
  readonly _response?: ReplyHead
}

/** What a named call returns: the service's JSON, with the reply hidden beside it. */
export type WithResponse<T> = T & { readonly _response: NeuraResponse }

// The bodies are the service's: keys that are not named here pass through.

export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | (string & {})
  content?: string | Array<Record<string, unknown>> | null
  [key: string]: unknown
}

export interface ChatRequest extends NamedOptions {
  model: string
  messages: ChatMessage[]
  stream?: boolean
  [key: string]: unknown
}

export interface Usage {
  prompt_tokens: number
  completion_tokens?: number
  total_tokens: number
  [key: string]: unknown
}

export interface ChatCompletion {
  id: string
  object: string
  created: number
  model: string
  choices: Array<{
    index: number
    finish_reason: string | null
    message: { role: string; content: string | null; [key: string]: any }
    [key: string]: any
  }>
  usage?: Usage
  [key: string]: any
}

export interface ChatCompletionChunk {
  id: string
  object: string
  created: number
  model: string
  choices: Array<{
    index: number
    finish_reason: string | null
    delta: { role?: string; content?: string | null; [key: string]: any }
    [key: string]: any
  }>
  usage?: Usage | null
  [key: string]: any
}

export interface Completions {
  /** Resolves when the headers came. */
  create(
    body: ChatRequest & { stream: true },
    options?: NamedOptions
  ): Promise<NeuraStream<ChatCompletionChunk>>
  create(
    body: ChatRequest & { stream?: false },
    options?: NamedOptions
  ): Promise<WithResponse<ChatCompletion>>
  create(
    body: ChatRequest,
    options?: NamedOptions
  ): Promise<WithResponse<ChatCompletion> | NeuraStream<ChatCompletionChunk>>
}

export interface Model {
  id: string
  object: string
  [key: string]: any
}

export interface Models {
  list(options?: NamedOptions): Promise<WithResponse<{ object: string; data: Model[] }>>
  retrieve(id: string, options?: NamedOptions): Promise<WithResponse<Model>>
}

export interface EmbeddingRequest extends NamedOptions {
  model: string
  input: string | string[] | number[] | number[][]
  [key: string]: unknown
}

export interface EmbeddingList {
  object: string
  data: Array<{ object: string; index: number; embedding: number[]; [key: string]: any }>
  model: string
  usage?: Usage
  [key: string]: any
}

export interface Embeddings {
  create(body: EmbeddingRequest, options?: NamedOptions): Promise<WithResponse<EmbeddingList>>
}

/** One serves any number of calls at a time. */
export class Client {
  /**
   * Throws a ConfigError, MissingAPIKeyError or MalformedAPIKeyError; asks neither the
   * service nor a function.
   */
  constructor(options?: ClientOptions)

  readonly chat: { readonly completions: Completions }
  readonly models: Models
  readonly embeddings: Embeddings

  /** Resolves whatever the status; see throwForStatus. */
  request(method: string, path: string, options?: RequestOptions): Promise<NeuraResponse>
  get(path: string, options?: RequestOptions): Promise<NeuraResponse>
  head(path: string, options?: RequestOptions): Promise<NeuraResponse>
  post(path: string, options?: RequestOptions): Promise<NeuraResponse>
  put(path: string, options?: RequestOptions): Promise<NeuraResponse>
  patch(path: string, options?: RequestOptions): Promise<NeuraResponse>
  delete(path: string, options?: RequestOptions): Promise<NeuraResponse>

  /** fetch with this client's key and connections, bound. */
  readonly fetch: Fetch

  /** Events as they come; the request goes out at the first step. */
  stream(path: string, options?: StreamOptions): NeuraStream<StreamEvent>

  /** Asks GET /models; rejects only when aborted. */
  check(options?: NamedOptions): Promise<KeyCheck>

  /**
   * The next request uses this key, those in flight end with the old one. Throws a
   * MalformedAPIKeyError, or a ConfigError where the base URL came from the old key's
   * file; the old key stays then.
   */
  setApiKey(key: string): void

  /** How much each key was used. */
  usage(): ClientUsage

  /**
   * The secret itself, for other tools. Throws a ConfigError where a function gives the
   * key and was not asked yet: no call was made.
   */
  authHeaders(): { Authorization: string }

  /** Further calls fail; those in flight end by themselves. */
  close(): void
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Where the key of a client with these options would come from. Throws as `new Client`;
 * asks no function.
 */
export function resolve(options?: ClientOptions): KeyInfo

export interface DiagnoseOptions extends ClientOptions {
  /** Aborting rejects with a CancelledError. */
  signal?: AbortSignal
}

/** Why authentication fails, or that it does not. Rejects only when aborted. */
export function diagnose(options?: DiagnoseOptions): Promise<Diagnosis>

// The same on a client that is made at the first call, from the environment.

export function request(
  method: string,
  path: string,
  options?: RequestOptions
): Promise<NeuraResponse>
export function get(path: string, options?: RequestOptions): Promise<NeuraResponse>
export function head(path: string, options?: RequestOptions): Promise<NeuraResponse>
export function post(path: string, options?: RequestOptions): Promise<NeuraResponse>
export function put(path: string, options?: RequestOptions): Promise<NeuraResponse>
export function patch(path: string, options?: RequestOptions): Promise<NeuraResponse>
declare function del(path: string, options?: RequestOptions): Promise<NeuraResponse>
export { del as delete }
export function authHeaders(): { Authorization: string }

export const version: string
