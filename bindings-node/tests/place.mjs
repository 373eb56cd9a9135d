// A folder of its own with a home in it, and programs that run there with an environment
// of their own: where a key is looked for depends on both.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export const index = new URL('../index.mjs', import.meta.url).href

/** Runs `use` with a new folder, and removes it whatever happens. */
export async function withPlace(use) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'neura.place.')))
  try {
    return await use(new Place(root))
  } finally {
    rmSync(root, { recursive: true })
  }
}

class Place {
  constructor(root) {
    this.root = root
    mkdirSync(join(root, 'home'))
    mkdirSync(join(root, 'work'))
  }

  path(name) {
    return join(this.root, name)
  }

  /** With `{root}` in its text replaced. */
  write(name, text, mode = 0o644) {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text.replaceAll('{root}', this.root))
    chmodSync(this.path(name), mode)
  }

  /**
   * What `script`, a function body that may use `neura` and `given`, returns or throws
   * there: `{ value }` or `{ error }`, by way of JSON.
   */
  async run(script, { given = {}, env = {}, bytes = {}, cwd = 'work' } = {}) {
    const source = `
      import neura from ${JSON.stringify(index)}
      const given = ${JSON.stringify(given)}
      const act = async () => { ${script} }
      const told = await act().then(
        (value) => ({ value }),
        (error) => ({ error: { ...error, class: error.constructor.name, message: error.message } })
      )
      console.log(JSON.stringify(told))`
    mkdirSync(this.path(cwd), { recursive: true })
    // Node cannot hand on a variable that is not UTF-8; a shell can.
    const exports = Object.entries(bytes).map(([name, list]) => {
      const octal = list.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
      return `export ${name}="$(printf '${octal}')"; `
    })
    const command = `${exports.join('')}exec "$0" --input-type=module --eval "$1"`
    const filled = Object.entries(env).map(([name, value]) => [
      name,
      value.replaceAll('{root}', this.root)
    ])
    const child = spawn('sh', ['-c', command, process.execPath, source], {
      cwd: this.path(cwd),
      env: { PATH: process.env.PATH, ...Object.fromEntries(filled), HOME: this.path('home') },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 60000
    })
    let out = ''
    child.stdout.on('data', (data) => (out += data))
    const [code, signal] = await once(child, 'close')
    if (code !== 0) throw new Error(`the program ended with ${code ?? signal}: ${out}`)
    return JSON.parse(out)
  }
}
