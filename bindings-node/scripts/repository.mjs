// The fields of a manifest that say where its sources are. No address stands in the tree, so that a
// copy of it never claims to be another: the release workflow gives that of the repository it runs
// in, and npm's provenance refuses a package that names a different one.

import { fail } from './cargo.mjs'

/**
 * @param {string} folder where the package's sources are, from the root of the repository
 * @param {boolean} isRelease whether the fields must be there
 * @returns {{ repository?: object, bugs?: string }} nothing where no `--repository URL` is given
 */
export function repositoryFields(folder, isRelease) {
  const place = process.argv.indexOf('--repository')
  if (place === -1) {
    if (isRelease) fail('a release needs --repository URL: the page of its sources')
    return {}
  }
  const { href } = new URL(process.argv[place + 1] ?? '')
  const page = href.replace(/(\.git|\/)+$/, '')
  return {
    repository: { type: 'git', url: `git+${page}.git`, directory: folder },
    bugs: `${page}/issues`
  }
}
