import './lib/origin.mjs' // First: the others load the addon.
// Static, so without `openai` Node's error names it, not ours: a top-level await could not be bundled as
// CommonJS, and with openai.js in between the errors would not be the classes that `openai` exports here.
import * as sdk from 'openai'

import entries from './lib/entries.js'

export * from 'openai'

export const OpenAI = entries.openaiClient.classOver(sdk)
export default OpenAI
