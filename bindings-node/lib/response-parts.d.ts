import type { HeadersLike } from '../index.js'

/** What a response is made of, for tests. */
export interface ResponseParts {
  /** From 200 to 599. Default: 200. */
  status?: number
  /** Default: none. With `json`, a content type of JSON is added. */
  headers?: HeadersLike
  /** Default: empty. */
  body?: string | ArrayBuffer | ArrayBufferView
  /** In place of `body`: anything that JSON.stringify takes. */
  json?: unknown
  /** Default: ''. */
  url?: string
}
