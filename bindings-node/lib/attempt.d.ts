/**
 * One attempt of a call, once the headers of its reply have come or it has failed. What the option
 * `onAttempt` gets, and the messages of the channels `neura:attempt:headers` and
 * `neura:attempt:error` of `node:diagnostics_channel`. It holds no key.
 */
export interface Attempt {
  readonly method: string
  /** Of the URL, without its query. */
  readonly path: string
  /** The status of the reply; null where none came. */
  readonly status: number | null
  /** The kind of error that came in place of a reply, as in `NeuraError.kind`; else null. */
  readonly kind: string | null
  /** Counted from 1, over all attempts of the call. */
  readonly attempt: number
  /** The wait before this attempt, in milliseconds. */
  readonly wait: number
  /** The service's id of the request; null where it sent none. */
  readonly requestId: string | null
  /**
   * The first 12 hex digits of the SHA-256 of the key that was sent; null where a header of the
   * caller's replaced it.
   */
  readonly keyFingerprint: string | null
  /** When it began, in milliseconds since 1970. */
  readonly startTime: number
  /** How long it took up to the headers of the reply, in milliseconds. */
  readonly elapsed: number
}
