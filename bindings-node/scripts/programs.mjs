// The packages of programs that are published on npm: each has a main package, whose source is a
// folder beside this one, and one package for each platform with the programs.

import { fail } from './cargo.mjs'

/**
 * `crate` is built, its folder has the licences, and `bins` are its programs. The pages of both are
 * one: `page` is what is taken of the crate's. `artifact` is the start of the folders in which the
 * programs are collected.
 */
const PACKAGES = {
  'neura-sandbox': {
    crate: 'neura-sandbox',
    folder: 'sandbox',
    artifact: 'sandbox',
    bins: ['neura-sandbox', 'neura-replay'],
    page: /^(## neura-sandbox$.*)/ms
  },
  'neura-ai-cli': {
    crate: 'neura-cli',
    folder: 'cli',
    artifact: 'cli',
    bins: ['neura'],
    page: /^(## The commands$.*)/ms
  }
}

/** The package that the first word of the command line names, and that name. */
export function programs() {
  const name = process.argv[2]
  const found = PACKAGES[name]
  return found ? { name, ...found } : fail(`name one of ${Object.keys(PACKAGES).join(', ')}`)
}
