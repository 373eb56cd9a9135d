'use strict'

module.exports = refuse()

/** What a bundler for browsers finds in the package's place: an import throws at once. */
function refuse() {
  throw new Error(
    'neura-ai does not run in a browser: everyone who opens the page could read the API key. Call the API on ' +
      'your server (a route or server action with neura-ai), and let the page call your server.'
  )
}
