'use strict'

/** The URL of the module that was imported: in an ESM bundle, the bundle's own. */
module.exports = { url: undefined }
