'use strict'

const { targets } = require('./target.js')

/** The addon: everything that the core does. */
module.exports = load()

function load() {
  /** The tries that failed, in turn: a target, and Node's own error. */
  const tries = []
  const failed = (name, cause) => tries.push({ name, cause })
  const names = targets()
  for (const name of names) {
    const addon = required(name, (cause) => failed(name, cause))
    if (typeof addon?.version === 'function') return addon
    // A bundler may put the path or the bytes of the file in its place.
    if (addon !== undefined) {
      failed(name, new Error(`Cannot find module neura-ai-${name}: the bundle has a ${typeof addon} there`))
    }
  }
  const { fromNodeModules, inBundle } = require('./bundle.js')
  const bundled = inBundle()
  if (bundled) {
    const addon = fromNodeModules(names, failed)
    if (addon !== undefined) return addon
  }
  throw require('./load-error.js').loadError(names, tries, bundled)
}

/**
 * The addon that a checkout built beside package.json, else the one of the package for this
 * machine. The paths are literal and each `require` stands in a `try` of this function, so that
 * a bundler sees what can be meant, and that most of it may be missing.
 */
function required(name, failed) {
  switch (name) {
    case 'linux-x64-gnu':
      try { return require('../neura.linux-x64-gnu.node') } catch (cause) { failed(cause) }
      try { return require('neura-ai-linux-x64-gnu') } catch (cause) { failed(cause) }
      return
    case 'linux-x64-musl':
      try { return require('../neura.linux-x64-musl.node') } catch (cause) { failed(cause) }
      try { return require('neura-ai-linux-x64-musl') } catch (cause) { failed(cause) }
      return
    case 'linux-arm64-gnu':
      try { return require('../neura.linux-arm64-gnu.node') } catch (cause) { failed(cause) }
      try { return require('neura-ai-linux-arm64-gnu') } catch (cause) { failed(cause) }
      return
    case 'linux-arm64-musl':
      try { return require('../neura.linux-arm64-musl.node') } catch (cause) { failed(cause) }
      try { return require('neura-ai-linux-arm64-musl') } catch (cause) { failed(cause) }
      return
    case 'darwin-x64':
      try { return require('../neura.darwin-x64.node') } catch (cause) { failed(cause) }
      try { return require('neura-ai-darwin-x64') } catch (cause) { failed(cause) }
      return
    case 'darwin-arm64':
      try { return require('../neura.darwin-arm64.node') } catch (cause) { failed(cause) }
      try { return require('neura-ai-darwin-arm64') } catch (cause) { failed(cause) }
      return
    case 'win32-x64-msvc':
      try { return require('../neura.win32-x64-msvc.node') } catch (cause) { failed(cause) }
      try { return require('neura-ai-win32-x64-msvc') } catch (cause) { failed(cause) }
      return
    case 'win32-arm64-msvc':
      try { return require('../neura.win32-arm64-msvc.node') } catch (cause) { failed(cause) }
      try { return require('neura-ai-win32-arm64-msvc') } catch (cause) { failed(cause) }
  }
}
