'use strict'

const find = require('./lib/find.js')

module.exports = {
  get 'neura-sandbox'() {
    return find('neura-sandbox', 'neura-sandbox')
  },
  get 'neura-replay'() {
    return find('neura-sandbox', 'neura-replay')
  }
}
