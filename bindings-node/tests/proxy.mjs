// `neura-replay` as a proxy: it tunnels, may want a password, and keeps what it saw.

import { withReplay } from './servers.mjs'

/**
 * Runs `use` with a proxy that answers CONNECT by a tunnel to `target`, or else to the name
 * that is asked for, and stops it whatever happens.
 * @param {{ target?: string, credentials?: string }} [options]
 * @param {(proxy: any) => any} [use]
 */
export async function withProxy({ target, credentials } = {}, use) {
  const [user, password] = credentials?.split(':') ?? []
  return await withReplay({ proxy: { target, user, password } }, async ({ port, report }) => {
    const address = `127.0.0.1:${port}`
    const passages = async () => (await report()).passages
    return await use({
      address,
      url: `http://${credentials ? `${credentials}@` : ''}${address}`,
      /** `host:port` and the request, headers and all, of each tunnel. */
      tunnels: async () => (await passages()).map(({ target, asked }) => ({ target, asked })),
      /** What went through the tunnels towards the other ends, as text. */
      tunnelled: async () => (await passages()).map(({ up }) => up).join('')
    })
  })
}
