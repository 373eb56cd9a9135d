/// <reference lib="esnext.disposable" />

import type { Bytes } from './response-types.js'
import type { ChatCompletion, ChatCompletionChunk, ReplyHead } from '../index.js'

/** An event as the service sent it. */
export interface StreamEvent {
  /** 'message' where the service named none. */
  readonly event: string
  readonly data: string
  /** The last id that the service sent, else ''. */
  readonly id: string
  /** Parses the data as JSON; throws a DecodeError if it is not JSON. */
  json<T = any>(): T
}

/**
 * Read once, with `for await`. The socket is closed when the loop is left, at
 * the end, by close() and by the signal; reading on before the end is a CancelledError.
 *
 * While the items are used, the next ones are read: up to 512 of them or 512 KiB, and those of one
 * more step. `ReadableStream.from(stream)` and `Readable.from(stream)` make streams of its items.
 */
export interface NeuraStream<T> extends AsyncIterableIterator<T>, AsyncDisposable, Disposable {
  next(): Promise<IteratorResult<T, undefined>>
  return(value?: any): Promise<IteratorResult<T, any>>
  [Symbol.asyncIterator](): NeuraStream<T>
  /** Closes the socket at once; further calls do nothing. */
  close(): void
  /**
   * `controller.abort()` closes the stream, and a loop ends without an error, as in the OpenAI SDK.
   * Its signal is aborted too when the stream is closed before its end.
   */
  readonly controller: AbortController
  /**
   * Two streams of the same items, each to be read at its own pace; what the slower one has yet to
   * read is held in memory. The socket is closed when both are closed.
   */
  tee(): [NeuraStream<T>, NeuraStream<T>]
  /** Its items as bytes, each one line of JSON. Cancelling it closes the socket. */
  toReadableStream(): ReadableStream<Bytes>
  /** Known once the headers came. */
  readonly _response?: ReplyHead
}

/** The chunks of a chat. */
export interface ChatStream extends NeuraStream<ChatCompletionChunk> {
  [Symbol.asyncIterator](): ChatStream
  /**
   * The whole answer once the stream has ended, in the form of a completion that was not streamed:
   * texts and tool calls are joined, of everything else the last value counts. It reads what is
   * left. Items that a loop has yet to read are kept for it; without a loop none are kept.
   *
   * Rejects with the error that ended the stream, with a CancelledError where it was closed early,
   * and with a DecodeError where a chunk has another form than chat chunks have.
   */
  final(): Promise<ChatCompletion & { readonly _response: ReplyHead }>
}
