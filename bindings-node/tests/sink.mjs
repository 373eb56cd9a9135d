// A server that takes bodies in, keeps none, and says what each was.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

import { Client } from '../index.mjs'
import { KEY, listening } from './servers.mjs'

export const MIB = 1 << 20

/** Takes bodies in, keeps none, and says what each was; `statuses` in turn. */
export async function withSink(use, statuses = [200]) {
  const seen = []
  const server = createServer((request, response) => {
    const hash = createHash('sha1')
    let length = 0
    let start = Buffer.alloc(0)
    request.on('data', (piece) => {
      length += piece.length
      hash.update(piece)
      if (start.length < 4096) start = Buffer.concat([start, piece.subarray(0, 4096)])
    })
    request.on('end', () => {
      const { method, url, headers } = request
      seen.push({ length, hash: hash.digest('hex'), headers, method, url, start: String(start) })
      response.statusCode = statuses[Math.min(seen.length, statuses.length) - 1]
      response.end('{}')
    })
  })
  const baseURL = `http://127.0.0.1:${await listening(server)}`
  try {
    return await use(new Client({ apiKey: KEY, baseURL }), seen, baseURL)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** The hash of bytes, as the sink says it. */
export const sum = (bytes) => createHash('sha1').update(bytes).digest('hex')

/** Every byte another than those around it. */
export function filled(length) {
  const bytes = Buffer.allocUnsafe(length)
  for (let place = 0; place < length; place++) bytes[place] = (place * 7) % 251
  return bytes
}
