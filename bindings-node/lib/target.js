'use strict'

/**
 * The name of this machine's build of the addon, as in `neura.linux-x64-gnu.node`:
 * platform, processor and, where a platform has several, its C library. The names are
 * those that napi-rs uses.
 */
function target({ platform, arch } = process) {
  if (platform === 'linux') return `linux-${arch}-${usesMusl() ? 'musl' : 'gnu'}`
  if (platform === 'win32') return `win32-${arch}-msvc`
  return `${platform}-${arch}`
}

/** Only glibc tells its version, and the report is asked without a look at the network. */
function usesMusl() {
  const { report } = process
  if (!report) return false
  const before = report.excludeNetwork
  report.excludeNetwork = true
  const { header } = report.getReport()
  report.excludeNetwork = before
  return !header.glibcVersionRuntime
}

module.exports = { target }
