// The hand-written reading of an event stream, as a program without a library for it does it.

import { StringDecoder } from 'node:string_decoder'

/** Is fed pieces of a body, and counts the chunks with words. The events end with LF LF. */
export class Splitter {
  found = 0
  #rest = ''
  #decoder = new StringDecoder('utf8')

  feed(piece) {
    const text = this.#rest + this.#decoder.write(piece)
    let start = 0
    for (;;) {
      const end = text.indexOf('\n\n', start)
      if (end < 0) break
      const data = text.slice(start + 6, end)
      start = end + 2
      if (data !== '[DONE]' && JSON.parse(data).choices[0].delta.content !== undefined) this.found++
    }
    this.#rest = text.slice(start)
  }
}

/** Counts over an async iterable of pieces. */
export async function count(pieces) {
  const splitter = new Splitter()
  for await (const piece of pieces) splitter.feed(piece)
  return splitter.found
}
