// Joins the modules of lib, for the package as published: Node reads one file instead of thirty.

import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { buildSync } from 'esbuild'

/** @type {import('esbuild').BuildOptions} */
const OPTIONS = { bundle: true, platform: 'node', target: 'node20', allowOverwrite: true, logLevel: 'warning' }

/** Which modules stay files of their own: `origin.mjs` imports this one before any other runs. */
const APART = ['origin.js', 'entries.js']

/**
 * Makes `entries.js` of a copy of `lib` the only module beside those. Not made smaller, so that a stack
 * can be read; a module is evaluated when it is first asked for, as before.
 */
export function joinModules(lib) {
  buildSync({
    ...OPTIONS,
    absWorkingDir: lib,
    entryPoints: ['entries.js'],
    outfile: join(lib, 'entries.js'),
    format: 'cjs',
    external: ['./origin.js', '*.node', 'neura-ai-*']
  })
  for (const name of readdirSync(lib)) {
    if (name.endsWith('.js') && !APART.includes(name)) rmSync(join(lib, name))
  }
}

/** Writes a script of this folder with all that it imports. */
export function joinScript(script, into) {
  buildSync({ ...OPTIONS, entryPoints: [script], outfile: into, format: 'esm' })
}
