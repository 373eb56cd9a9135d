'use strict'

const assert = require('node:assert/strict')
const { test } = require('node:test')

const folder = require('..')

test('require of the folder works', () => {
  const client = new folder.Client({ apiKey: 'nk-test-not-a-key' })
  assert.deepEqual(client.authHeaders(), { Authorization: 'Bearer nk-test-not-a-key' })
  assert.equal(folder.version, require('../package.json').version)
})

test('import gives the same objects, by name and as default', async () => {
  const module = await import('../index.mjs')
  assert.equal(module.default, folder)
  const { default: _, ...named } = module
  assert.deepEqual(Object.keys(named).sort(), Object.keys(folder).sort())
  for (const [name, value] of Object.entries(named)) assert.equal(value, folder[name], name)
})

test('the package is found by its own name, both ways', async () => {
  assert.equal(require('neura-ai'), folder)
  assert.equal((await import('neura-ai')).Client, folder.Client)
})
