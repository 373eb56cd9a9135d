'use strict'

const { fs, module: nodeModule } = require('./builtin.js')
const { builtFor } = require('./addon-file.js')
const { TARGETS } = require('./target.js')

const BUNDLE =
  'This code is part of a bundle, and bundlers do not take native addons along: mark neura-ai as external ' +
  '(esbuild, bun build: --external:neura-ai; webpack: externals; rollup, vite: external; Next.js: ' +
  'serverExternalPackages) and keep node_modules where the bundle runs. The README has the lines under "Bundlers".'

const DAMAGED = 'The file is damaged or incomplete: delete node_modules and run "npm install".'

/** What the systems say when they refuse a file, and what to do about it. */
const ADVICE = [
  [
    /GLIBC_/,
    'The C library of this system is too old: the addon needs glibc 2.28 or later (Debian 10, RHEL 8, Ubuntu 20.04).'
  ],
  [
    /ld-musl|libc\.musl/,
    'The file is for musl (Alpine Linux), and this process uses glibc. Run "npm install" on this system.'
  ],
  [
    /ld-linux|Error relocating/,
    'The file is for glibc, and this process uses musl (Alpine Linux). Run "npm install" on this system.'
  ],
  [
    /loading addons is disabled|allow-addons/,
    'Node was started without native addons: leave out --no-addons, or give --allow-addons beside --permission.'
  ],
  [
    /Operation not permitted|Permission denied/i,
    'The system forbids the file: look at its permissions, and whether its file system is mounted with noexec.'
  ],
  [/file too short|truncated|cannot read file data/, DAMAGED],
  [
    /cannot open shared object file|Library not loaded|module could not be found/,
    'A library of the system is missing: the message names it.'
  ]
]

/**
 * The error of a process that has no addon. Its `code` is `NEURA_ADDON_NOT_INSTALLED` if there is no
 * file for this machine, `NEURA_ADDON_NOT_LOADED` if there is one and the system refuses it.
 * @param {string[]} names the addons that fit this machine, the best first
 * @param {{ name: string, cause: any }[]} tries what each try for one of them threw
 * @param {boolean} bundled whether this code is part of a bundle
 */
function loadError(names, tries, bundled) {
  const refused = tries.find(({ cause }) => (bundled ? isRefused(cause) : !isMissing(cause)))
  const [what, advice, code] =
    refused === undefined ? missing(names) : notLoaded(refused.name, refused.cause)
  const lines = bundled && refused === undefined ? [what, BUNDLE, ...advice] : [what, ...advice]
  const cause = (refused ?? tries.at(-1))?.cause
  return Object.assign(new Error(lines.join('\n'), cause && { cause }), { code })
}

/** Whether the system refused a file. In a bundle, what stands in the addon's place may fail in any way. */
const isRefused = ({ code }) => /^ERR_DLOPEN/.test(code)

/** Whether a try found no file at all. */
const isMissing = ({ code, message }) =>
  code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' || message.startsWith('Cannot find module ')

function missing(names) {
  const [name] = names
  const code = 'NEURA_ADDON_NOT_INSTALLED'
  if (!TARGETS.includes(name)) {
    return [`neura-ai has no native addon for ${machine(name)}. It has: ${TARGETS.join(', ')}.`, [], code]
  }
  const others = TARGETS.filter((target) => !names.includes(target) && pathOf(target) !== undefined)
  const advice = [
    'Install again with optional dependencies (npm without --omit=optional or --no-optional). If the lock file or ' +
      'node_modules was made on another platform, delete both and run "npm install" on this one.',
    'In a checkout, "npm run build" builds the addon; that needs cargo.'
  ]
  if (others.length > 0) advice.unshift(`Installed is the addon for ${others.join(' and ')}.`)
  const packages = names.map((each) => `neura-ai-${each}`).join(' or ')
  return [`neura-ai is not complete for ${machine(name)}: ${packages} is not installed.`, advice, code]
}

function notLoaded(name, cause) {
  const path = pathOf(name)
  // The system's message may name the file itself.
  const file = cause.message.includes(path) ? '' : `${path ?? `neura-ai-${name}`}: `
  return [
    `neura-ai cannot load its native addon on ${machine(name)}: ${file}${cause.message}`,
    [adviceFor(name, path, String(cause.message))],
    'NEURA_ADDON_NOT_LOADED'
  ]
}

function adviceFor(name, path, message) {
  const made = path && builtFor(path)
  if (made && !name.startsWith(made)) {
    return (
      `The file is for ${made}: it was installed on another platform. ` +
      'Delete node_modules and the lock file, and run "npm install" on this one.'
    )
  }
  const [, advice] = ADVICE.find(([pattern]) => new RegExp(pattern).test(message)) ?? []
  if (advice !== undefined) return advice
  if (path && made === undefined) return DAMAGED
  return 'Delete node_modules and run "npm install". If this stays, report it with this message.'
}

/** Platform, processor and, on Linux, the C library. */
function machine(name) {
  const [platform, arch, libc] = name.split('-')
  if (platform !== 'linux') return `${platform}-${arch}`
  return `${platform}-${arch} with ${libc === 'musl' ? 'musl' : 'glibc'}`
}

/** Where Node would find the addon of that name. */
function pathOf(name) {
  for (const what of [`../neura.${name}.node`, `neura-ai-${name}/neura.${name}.node`]) {
    try {
      const path = nodeModule.createRequire(__filename).resolve(what)
      if (fs.existsSync(path)) return path
    } catch {} // Not there, or part of a bundle.
  }
}

module.exports = { loadError }
