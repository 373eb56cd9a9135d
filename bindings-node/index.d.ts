/// <reference lib="esnext.disposable" />

import type {
  ChatCompletion,
  ChatParameters,
  EmbeddingList,
  EmbeddingParameters,
  Model,
  ModelList
} from './lib/chat.js'
import type { CallOptions, ClientOptions as CoreOptions } from './lib/option-types.js'
import type { Fetch, NeuraResponse, RequestBody } from './lib/response-types.js'
import type { ClientUsage, Diagnosis, KeyCheck, KeyInfo } from './lib/reports.js'
import type { ChatStream, NeuraStream, StreamEvent } from './lib/streams.js'
export * from './lib/chat.js'
export * from './lib/error-types.js'
export type { Attempt } from './lib/attempt.js'
export * from './lib/reports.js'
export * from './lib/response-types.js'
export type { ResponseParts } from './lib/response-parts.js'
export * from './lib/streams.js'

export type HeaderValue = string | number | undefined
export type HeadersLike = Iterable<[string, HeaderValue]> | { [name: string]: HeaderValue }

export type ParamValue = string | number | bigint | boolean | null | undefined
/** Arrays repeat their name; null and undefined are left out. */
export type ParamsLike =
  Iterable<[string, ParamValue | ParamValue[]]> | { [name: string]: ParamValue | ParamValue[] }

/** The options of a client. */
export interface ClientOptions extends CoreOptions {
  /** As `headers`, which win: the OpenAI SDK's name of them. */
  defaultHeaders?: HeadersLike
  /** Parameters of the query of every call; one of the call itself replaces that of its name. */
  defaultQuery?: ParamsLike
  /**
   * What is logged on stderr: at `info` a line for each attempt, at `debug` with the reply's
   * headers; the others log nothing. No line holds a key. Default: `NEURA_LOG`.
   */
  logLevel?: 'off' | 'error' | 'warn' | 'info' | 'debug'
}

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
  /** Headers of this call, beside those of the client. */
  extraHeaders?: HeadersLike
  /** Parameters of this call's query. */
  extraQuery?: ParamsLike
  /** Keys for the body that win over those beside it. */
  extraBody?: Record<string, unknown>
}

/** Options of a named call in an object of their own, as the OpenAI SDK names them too. */
export interface NamedCallOptions extends NamedOptions {
  /** As `extraHeaders`, which win. */
  headers?: HeadersLike
  /** As `extraQuery`, which wins. */
  query?: ParamsLike
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

/** What a named call returns: the service's JSON, with the reply hidden beside it. */
export type WithResponse<T> = T & {
  readonly _response: NeuraResponse
  /** The service's id of the request; null where it gave none. */
  readonly _request_id: string | null
}

/**
 * The promise of a named call, with the ways to its reply that the OpenAI SDK's has. Both
 * reject as the promise itself.
 */
export interface NamedPromise<T, R = NeuraResponse> extends Promise<T> {
  /** The value together with its reply. */
  withResponse(): Promise<{ data: T; response: R; request_id: string | null }>
  /** Only the reply. */
  asResponse(): Promise<R>
}

/** The promise of a list; it and the list are read member by member with `for await`. */
export interface ListPromise<M, T>
  extends NamedPromise<WithResponse<T> & AsyncIterable<M>>, AsyncIterable<M> {}

/** What `chat.completions.create` sends, and its options. */
export interface ChatRequest extends ChatParameters, NamedOptions {}

export interface Completions {
  /** Resolves when the headers came. */
  create(
    body: ChatRequest & { stream: true },
    options?: NamedCallOptions
  ): NamedPromise<ChatStream, ReplyHead>
  create(
    body: ChatRequest & { stream?: false | null },
    options?: NamedCallOptions
  ): NamedPromise<WithResponse<ChatCompletion>>
  create(
    body: ChatRequest,
    options?: NamedCallOptions
  ): NamedPromise<WithResponse<ChatCompletion> | ChatStream, ReplyHead>
}

export interface Models {
  list(options?: NamedCallOptions): ListPromise<Model, ModelList>
  retrieve(id: string, options?: NamedCallOptions): NamedPromise<WithResponse<Model>>
}

/** What `embeddings.create` sends, and its options. */
export interface EmbeddingRequest extends EmbeddingParameters, NamedOptions {}

export interface Embeddings {
  create(
    body: EmbeddingRequest,
    options?: NamedCallOptions
  ): NamedPromise<WithResponse<EmbeddingList>>
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

  /**
   * A client with these options changed. It shares keys and connections with this one if only
   * `timeout`, `maxRetries`, `defaultQuery`, `logLevel` change, or headers where this one has none.
   */
  withOptions(options: ClientOptions): Client

  /** Asks GET /models; rejects only when aborted. */
  check(options?: NamedCallOptions): Promise<KeyCheck>

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
  signal?: AbortSignal | null
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
