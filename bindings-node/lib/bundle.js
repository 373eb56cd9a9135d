'use strict'

const { fs, module: nodeModule } = require('./builtin.js')
const origin = require('./origin.js')

/** The path of this module, or of the bundle that it became part of, where there is one. */
const own = typeof __filename === 'string' ? __filename : undefined

/** Whether a bundler made this code part of another file than the one that we publish. */
function inBundle() {
  return own === undefined || !/[\\/]lib[\\/](bundle|entries)\.js$/.test(own) || !fs.existsSync(own)
}

/**
 * The addon from the `node_modules` of the bundle or of the program that was started, by name, for
 * a bundle that holds no `require`. Never from the working directory's: it may be anybody's.
 */
function fromNodeModules(names, failed) {
  for (const find of finders()) {
    for (const name of names) {
      for (const what of [`./neura.${name}.node`, `neura-ai-${name}`]) {
        try {
          return find(what)
        } catch (cause) {
          failed(name, cause)
        }
      }
    }
  }
}

/**
 * The module `name` of an optional package, from the same places. It is never part of a bundle,
 * because a bundler does not see its name.
 */
function optional(name) {
  let missing
  for (const find of finders()) {
    try {
      find.resolve(name)
    } catch (cause) {
      missing ??= cause
      continue
    }
    return find(name)
  }
  throw missing
}

/** Each a `require`: of the module that was imported, of this code, and of the program. */
function finders() {
  return [...new Set([origin.url, own, process.argv[1]])].flatMap(findersAt)
}

/** Package managers that do not flatten put the addon's package where only ours finds it. */
function findersAt(base) {
  const finders = []
  try {
    finders.push(nodeModule.createRequire(base))
    finders.unshift(nodeModule.createRequire(finders[0].resolve('neura-ai/package.json')))
  } catch {} // No absolute path, as in a program given by --eval, or without our package.
  return finders
}

module.exports = { fromNodeModules, inBundle, optional }
