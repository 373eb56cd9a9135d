'use strict'

const find = require('./lib/find.js')

module.exports = {
  get neura() {
    return find('neura-ai-cli', 'neura')
  }
}
