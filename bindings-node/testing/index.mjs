import '../lib/origin.mjs' // First: the others load the addon.
import testing from './index.js'

export const { Replay, Sandbox } = testing
