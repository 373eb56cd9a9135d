'use strict'

const { madeReply: native } = require('./native.js')
const { checked } = require('./options.js')
const { named } = require('./pairs.js')
const { unwrap } = require('./runtime.js')

const isAny = [() => true, '']
const PARTS = {
  status: [(value) => typeof value === 'number', 'a number'],
  url: [(value) => typeof value === 'string', 'a string'],
  headers: [(value) => value !== null && typeof value === 'object', 'an object'],
  json: isAny,
  body: [
    (value) =>
      typeof value === 'string' || value instanceof ArrayBuffer || ArrayBuffer.isView(value),
    'a string, a Uint8Array or an ArrayBuffer'
  ]
}

/** The native reply of a response that a test makes. */
function madeReply(parts) {
  const given = checked(parts, PARTS, 'NeuraResponse.from')
  const { status = 200, url = '', json, body } = given
  if (json !== undefined && body !== undefined) throw new TypeError('give json or body, not both')
  const headers = named('headers', given.headers ?? {})
  const text = json === undefined ? body : JSON.stringify(json)
  return unwrap(native(status, url, headers, bytesOf(text ?? ''), json !== undefined))
}

function bytesOf(body) {
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
}

module.exports = { madeReply }
