// Made from core/src/option_table/rows.rs by `make options`; edit there.

import type { HeadersLike } from '../index.js'
import type { Attempt } from './attempt.js'

/**
 * The options of a client. One that is left out has its default; a limit of 0 or less is a
 * ConfigError.
 */
export interface ClientOptions {
  /**
   * The API key; several, the first preferred, the next used after a 401; or a function that
   * returns the key or a promise of it, called at the first request and again after a 401. An empty
   * one is a `MalformedAPIKeyError`. Default: the first that is found of `NEURA_API_KEY`, the file
   * that `NEURA_API_KEY_FILE` names, what the program in `NEURA_API_KEY_COMMAND` prints, a `.env`
   * file, the credentials file.
   */
  apiKey?: string | readonly string[] | (() => string | Promise<string>)
  /**
   * Which of several keys of the environment and the files to use. The profile `staging` reads
   * `NEURA_API_KEY_STAGING`, `NEURA_API_KEY_STAGING_FILE`, `.env.staging`, and the table
   * `[staging]` of the credentials file. A profile never falls back to the key without one.
   * Default: `NEURA_PROFILE`, else none.
   */
  profile?: string
  /**
   * The one `.env` file to read, which must exist; false for none. Default: the nearest one, from
   * the working directory upwards.
   */
  envFile?: string | false
  /**
   * Where requests go. Plain http is for loopback hosts, unless `allowHttp` is set. Default:
   * `NEURA_BASE_URL`, else the URL in the key's own file, else `https://api.neura-ai.app/v1`.
   */
  baseURL?: string | URL
  /**
   * One deadline for a whole call: all attempts, the waits (also for a turn under `maxInFlight`)
   * and the body; for a stream it ends with the headers. In milliseconds; null is no limit.
   * Default: 600,000 ms.
   */
  timeout?: number | null
  /**
   * The limit for opening a connection: looking up the name, connecting, the proxy and the TLS
   * handshake together. In milliseconds; null is no limit. Default: 5,000 ms.
   */
  connectTimeout?: number | null
  /**
   * The limit between two pieces of a body, after the headers. In milliseconds; null is no limit.
   * Default: 300,000 ms.
   */
  idleTimeout?: number | null
  /** How many times a failed request is sent again; 0 sends it once. Default: 2. */
  maxRetries?: number
  /**
   * Whether only a request that certainly never reached the server is sent again. Default: false.
   */
  replayUnsentOnly?: boolean
  /**
   * How many asynchronous calls run at a time; more wait in order. 0 is a `ConfigError`. Default:
   * 1,024, shared by all clients that do not set this.
   */
  maxInFlight?: number
  /**
   * Headers of every request; each replaces the client's own of that name. An invalid one is a
   * `ConfigError`.
   */
  headers?: HeadersLike
  /**
   * The proxy on the way to the service: `http://`, `https://`, `socks5://` or `socks5h://`, with
   * `user:password@`, percent-encoded, if it requires them; false or an empty text for none.
   * Default: the proxy of the environment, by curl's rules: `https_proxy`, `HTTPS_PROXY`,
   * `http_proxy`, `all_proxy`, `ALL_PROXY` and `no_proxy`; never for a loopback host.
   */
  proxy?: string | false
  /**
   * A PEM file with the certificates of the authorities to trust, or a folder of such files; no
   * others are trusted then. Default: the file or folder in `SSL_CERT_FILE`, else the system's
   * authorities. Those of `NODE_EXTRA_CA_CERTS` are trusted as well; if that names a file that is
   * missing, it is a `ConfigError`, where Node itself only warns.
   */
  caFile?: string
  /**
   * A PEM file with the client's certificate for a server that asks for one, followed by those of
   * its issuers. The key is in the same file unless `clientKey` names another.
   */
  clientCert?: string
  /** A PEM file with the key of `clientCert`, unencrypted. Default: the file of `clientCert`. */
  clientKey?: string
  /**
   * The largest body of a reply in bytes, unpacked; a larger one is a `BodyTooLargeError`. Default:
   * 256 MiB.
   */
  maxBodyBytes?: number
  /**
   * The largest event of a stream in bytes; a larger one is a `BodyTooLargeError`. Default: 64 MiB.
   */
  maxEventBytes?: number
  /**
   * The largest head of a reply in bytes; a larger one, or one of more than 128 headers, is a
   * `ProtocolError`. Default: 64 KiB.
   */
  maxHeaderBytes?: number
  /**
   * Whether the key may be sent over plain http to a host that is not loopback. Default: false.
   */
  allowHttp?: boolean
  /**
   * A function that is called after each attempt of a call, on the JavaScript thread, with its
   * status or the kind of its error, the wait before it and the key's fingerprint, never the key.
   * An error that it throws becomes a warning of the process.
   */
  onAttempt?: (attempt: Attempt) => void | PromiseLike<unknown>
}

/** The options of any call, which replace those of its client. */
export interface CallOptions {
  /**
   * One deadline for a whole call: all attempts, the waits (also for a turn under `maxInFlight`)
   * and the body; for a stream it ends with the headers. In milliseconds; null is no limit.
   * Default: the client's.
   */
  timeout?: number | null
  /** How many times a failed request is sent again; 0 sends it once. Default: the client's. */
  maxRetries?: number
  /**
   * A unique name of the request, such as a UUID, sent as `Idempotency-Key`, the same on every
   * attempt.
   */
  idempotencyKey?: string
  /**
   * An `AbortSignal`: aborting rejects with a `CancelledError`, whose `cause` is the signal's
   * reason; null is the same as leaving it out.
   */
  signal?: AbortSignal | null
}
