'use strict'

const { WITHOUT_BODY } = require('./body.js')
const { inspect } = require('./builtin.js').util
const { printed } = require('./reply-head.js')

/** The class of `responseOf`, made when it is first needed: `Response` loads all of fetch. */
let FetchResponse

function classOf() {
  return (FetchResponse ??= class extends /** @type {any} */ (Response) {
    #head

    constructor(body, head) {
      const { headers, statusText } = head
      // The constructor takes fewer statuses than servers send.
      const status = head.status < 200 || head.status > 599 ? 200 : head.status
      super(body, { status, statusText, headers })
      Object.defineProperty(this.headers, inspect.custom, { value: printed })
      this.#head = head
    }

    get status() {
      // The constructor asks too.
      return #head in this ? this.#head.status : super.status
    }

    get ok() {
      return this.#head.status >= 200 && this.#head.status < 300
    }

    get url() {
      return this.#head.url
    }

    get type() {
      return 'basic'
    }

    clone() {
      const { body } = super.clone()
      return new FetchResponse(body, { ...this.#head, headers: this.headers })
    }
  })
}

/**
 * fetch's own Response of a reply.
 * @param {{ status: number, statusText: string, url: string, headers: Headers }} reply
 * @param {{ source: () => any } | null} body
 */
function responseOf(reply, body) {
  const { status, statusText, url, headers } = reply
  const given = body === null || WITHOUT_BODY.includes(status) ? null : body.source()
  return new (classOf())(given, { status, statusText, url, headers })
}

module.exports = { responseOf }
