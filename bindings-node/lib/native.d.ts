// For the check of this folder's own code: what the addon exports. The types of the package are in
// index.d.ts.

export const Attempt: any
export const Failure: any
export const FormHeads: any
export const OpenReply: any
export const Question: any
export const Runtime: any
export const Wanted: any
export const buildClient: any
export const cancelledFailure: any
export const checkCall: any
export const closedStreamFailure: any
export const diagnose: any
export const errorKinds: any
export const eventJsonFailure: any
export const madeReply: any
export const hint: any
export const isFirstThread: any
export const optionKinds: any
export const quoted: any
export const resolve: any
export const version: any
