// A proxy on this machine: it tunnels, may want a password, and keeps what it saw.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'

/**
 * Runs `use` with a proxy that answers CONNECT by a tunnel to `target`, or else to the name
 * that is asked for, and stops it whatever happens.
 */
export async function withProxy({ target, credentials } = {}, use) {
  const proxy = new ConnectProxy(target, credentials)
  await proxy.listen()
  try {
    return await use(proxy)
  } finally {
    proxy.stop()
  }
}

class ConnectProxy {
  /** `host:port` and all headers of each tunnel's request. */
  tunnels = []
  #tunnelled = []
  #server = createServer()
  #sockets = new Set()

  constructor(target, credentials) {
    this.target = target
    this.credentials = credentials
    this.#server.on('connect', (request, client) => this.#tunnel(request, client))
  }

  async listen() {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.address = `127.0.0.1:${this.#server.address().port}`
    this.url = `http://${this.credentials ? `${this.credentials}@` : ''}${this.address}`
  }

  /** What went through the tunnels towards the other ends, as text. */
  get tunnelled() {
    return Buffer.concat(this.#tunnelled).toString('latin1')
  }

  stop() {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #tunnel({ url, headers }, client) {
    this.tunnels.push({ url, headers })
    this.#keep(client)
    const basic = `Basic ${btoa(this.credentials ?? '')}`
    if (this.credentials && headers['proxy-authorization'] !== basic) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const [host, port] = (this.target ?? url).split(':')
    const server = this.#keep(connect(Number(port), host))
    server.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.on('data', (piece) => this.#tunnelled.push(piece))
      client.pipe(server).pipe(client)
    })
  }

  #keep(socket) {
    this.#sockets.add(socket)
    // A client that goes away is no concern of the proxy's.
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
    return socket
  }
}
