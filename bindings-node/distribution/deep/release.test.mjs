// The addon that "npm run build:release" built, as it is packed.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'

import { problemsOf } from '../../scripts/floor.mjs'
import { project } from '../project.mjs'

const [target] = createRequire(import.meta.url)('../../lib/target.js').targets()
const place = project()
const addon = join(place, 'node_modules', `neura-ai-${target}`, `neura.${target}.node`)

test('the addon is under 4 MiB, and needs no glibc after 2.28', () => {
  assert.deepEqual(problemsOf(addon, target), [])
})

test('a larger addon, or one that needs a newer glibc, is seen', () => {
  const large = join(place, 'large')
  writeFileSync(large, Buffer.alloc(4 << 20))
  assert.match(String(problemsOf(large, 'darwin-x64')), /must have fewer/)
  if (target.endsWith('gnu')) assert.match(String(problemsOf(addon, target, '2.9')), /needs glibc .*\b2\.17\b/)
})
