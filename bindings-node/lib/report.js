'use strict'

/** A report of the core, JSON text in snake_case, as an object in camelCase. */
function camelCased(text) {
  return JSON.parse(text, (_name, value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [camelCase(name), inner])
    )
  })
}

/** base_url is baseURL, as in the options. */
function camelCase(name) {
  return name.replace(/_url/g, 'URL').replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
}

module.exports = { camelCased }
