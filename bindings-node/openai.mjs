import './lib/origin.mjs' // First: the others load the addon.
import * as sdk from 'openai'

import client from './lib/openai-client.js'

export * from 'openai'

export const OpenAI = client.classOver(sdk)
export default OpenAI
