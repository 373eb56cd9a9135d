/// <reference lib="esnext.disposable" />

import type { Client, ClientOptions } from '../index.js'

export interface SandboxOptions {
  /**
   * A SQLite file to keep the keys in. Default: none, they end with the sandbox. A file that has
   * keys already gets no new ones, and shows none of the old.
   */
  db?: string
  /** Milliseconds between two events of a stream. Default: 0. */
  eventDelay?: number
}

/** What both servers have. They end with this process, also when it is killed. */
interface Server extends AsyncDisposable {
  /** The base URL for clients, as http://127.0.0.1:40123/v1. */
  readonly url: string
  /** A key that works. */
  readonly apiKey: string
  /** The variables that let a program find it: `env: { ...process.env, ...server.env }`. */
  readonly env: { NEURA_API_KEY: string; NEURA_BASE_URL: string }
  /** A client of this server, with its key and its URL unless `options` has others. */
  client(options?: ClientOptions): Client
  /** Ends the program and waits for that; takes less than a second. Further calls do nothing. */
  close(): Promise<void>
}

/**
 * A NeuraAI service on this machine, for tests. It runs the program `neura-sandbox`: the one that
 * `NEURA_SANDBOX_BIN` names, else that of the package `neura-sandbox`.
 */
export class Sandbox implements Server {
  private constructor()
  /**
   * Resolves when it listens. Rejects with a ConfigError where there is no such program, or it does
   * not start within 10 s; the message has what it said.
   */
  static start(options?: SandboxOptions): Promise<Sandbox>
  readonly url: string
  /** A key that works and has no limit. */
  readonly apiKey: string
  /** A key that gets an `ExpiredAPIKeyError`. */
  readonly expiredApiKey: string
  /** A key that gets a `RevokedAPIKeyError`. */
  readonly revokedApiKey: string
  /** A key that gets a `RateLimitError` after 3 requests at once, then one every 20 s. */
  readonly limitedApiKey: string
  readonly env: { NEURA_API_KEY: string; NEURA_BASE_URL: string }
  client(options?: ClientOptions): Client
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A reply of a script; a number is a status with a small body. See the README of `neura-sandbox`. */
export type ScriptedReply = number | 'close' | 'reset' | 'stall' | 'refuse' | { [member: string]: unknown }

export interface Script {
  /** The nth request gets the nth reply. */
  replies: readonly ScriptedReply[]
  /** What further requests get. Default: the last reply again; with `error` a 400, and a problem. */
  after?: 'error' | 'close'
  /** What the requests must be; differences are among the report's problems. */
  expect?: { [member: string]: unknown }
  [member: string]: unknown
}

export interface ReplayedRequest {
  readonly method: string
  /** Path and query as they were sent. */
  readonly target: string
  readonly headers: Array<[string, string]>
  /** Absent where it is not text. */
  readonly body?: string
  readonly [member: string]: unknown
}

/** What came so far, and how `expect` judges it. */
export interface ReplayReport {
  readonly requests: ReplayedRequest[]
  /** No problems. */
  readonly ok: boolean
  readonly problems: string[]
  readonly [member: string]: any
}

/**
 * A server that plays a script: answers, errors and faults in turn. It runs the program
 * `neura-replay`: the one that `NEURA_REPLAY_BIN` names, the one beside `NEURA_SANDBOX_BIN`, or
 * that of the package `neura-sandbox`.
 */
export class Replay implements Server {
  private constructor()
  /**
   * Resolves when it listens. A list of replies is a script whose further requests are problems.
   * Rejects with a ConfigError where there is no such program, or the script is invalid; the message
   * names the place.
   */
  static start(script: Script | readonly ScriptedReply[]): Promise<Replay>
  readonly url: string
  readonly apiKey: string
  readonly env: { NEURA_API_KEY: string; NEURA_BASE_URL: string }
  client(options?: ClientOptions): Client
  /** The requests that came so far, keys included. */
  report(): Promise<ReplayReport>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
