// Builds the addon with cargo and lays it beside package.json, under the name that
// lib/native.js looks for. `--debug` builds without optimisation.

import { createRequire } from 'node:module'

import { build, place } from './cargo.mjs'

const { targets } = createRequire(import.meta.url)('../lib/target.js')

const profile = process.argv.includes('--debug') ? [] : ['--release']
place(build(['build', ...profile]), targets()[0])
