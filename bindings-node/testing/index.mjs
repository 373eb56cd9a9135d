import testing from './index.js'

export const { Replay, Sandbox } = testing
