// What the client tells of keys and of itself; nothing in it is secret.
import type { ErrorKind } from './error-types.js'

/** Where a key comes from, without the key. */
export interface KeyInfo {
  source:
    | 'caller'
    | 'callable'
    | 'environment'
    | 'secret_file'
    | 'command'
    | 'env_file'
    | 'credentials_file'
  /** The variable that held it. */
  name: string | null
  path: string | null
  profile: string | null
  /**
   * '…' and, of a long key, its last four characters; null for a function that was not
   * asked yet.
   */
  mask: string | null
  /** The first 12 hex digits of the key's SHA-256; null for a function that was not asked yet. */
  fingerprint: string | null
  baseURL: string
  baseURLSource: 'caller' | 'environment' | 'env_file' | 'credentials_file' | 'default'
  /** For how many days the credentials file has held the key, where it says since when (`added`). */
  keyAgeDays: number | null
}

/** What the service says of a key. */
export interface KeyCheck {
  ok: boolean
  kind: ErrorKind | null
  status: number | null
  message: string | null
  key: KeyInfo
  latencyMs: number | null
  requestId: string | null
  /** How many models the service listed. */
  models: number | null
}

/** How much one key was used by one client, since the client was made. */
export interface KeyUsage {
  fingerprint: string
  mask: string
  source: KeyInfo['source']
  /** How often a request was sent with it, retries included. */
  requests: number
  /** How many were answered with 401. */
  unauthorized: number
  /** How many were answered with 429. */
  rateLimited: number
  /** How many of the requests were further attempts. */
  retries: number
  /** Tokens, where replies tell them. */
  promptTokens: number
  completionTokens: number
  /** RFC 3339; null for never. */
  firstUsed: string | null
  lastUsed: string | null
}

/** Every key that a client ever had, the first that was used first. */
export interface ClientUsage {
  keys: KeyUsage[]
}

/** One question of a report, with its answer. */
export interface DiagnosisCheck {
  /** Its stable name: 'key_source', 'env_file_git', 'tls', 'service', ... */
  code: string
  status: 'ok' | 'warning' | 'failed' | 'skipped'
  found: string
  /** What to do next. */
  advice: string | null
}

/** Why authentication fails, or that it does not. */
export interface Diagnosis {
  /** Whether no check failed. */
  ok: boolean
  /** What calls fail with. */
  verdict: 'valid' | ErrorKind
  checks: DiagnosisCheck[]
  /** Null where none was found. */
  key: KeyInfo | null
  baseURL: string | null
  /** The report as a text for people. */
  toString(): string
}
