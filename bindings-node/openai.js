'use strict'

const { classOver } = require('./lib/entries.js').openaiClient

const sdk = load()
const OpenAI = classOver(sdk)

// As the SDK's own module is: a function that makes a client, with all names.
exports = module.exports = function (...given) {
  return new OpenAI(...given)
}
Object.defineProperty(exports, '__esModule', { value: true })
exports.default = OpenAI
exports.OpenAI = OpenAI
for (const name of Object.keys(sdk)) {
  if (name in exports) continue
  Object.defineProperty(exports, name, { enumerable: true, get: () => sdk[name] })
}

function load() {
  try {
    return require('openai')
  } catch (error) {
    if (error?.code !== 'MODULE_NOT_FOUND' || !error.message.includes("'openai'")) throw error
    const message = 'neura-ai/openai needs openai, which is not installed: npm install openai'
    throw Object.assign(new Error(message, { cause: error }), { code: error.code })
  }
}
