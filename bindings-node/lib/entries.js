'use strict'

// The modules that are used from outside of this folder. As published, this file holds all modules
// that it leads to (scripts/join.mjs): at start, one file takes half the time and memory of thirty.
// They are evaluated when they are asked for, as here.
module.exports = {
  get main() {
    return require('./main.js')
  },
  get openaiClient() {
    return require('./openai-client.js')
  },
  // For `testing`, which stays apart: only tests load it.
  get builtin() {
    return require('./builtin.js')
  },
  get bundle() {
    return require('./bundle.js')
  },
  get client() {
    return require('./client.js')
  },
  get defaultClient() {
    return require('./default-client.js')
  },
  get dispose() {
    return require('./dispose.js')
  },
  get errors() {
    return require('./errors.js')
  },
  get options() {
    return require('./options.js')
  }
}
