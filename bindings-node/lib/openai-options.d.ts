import type { ClientOptions } from './option-types.js'

/** Options that the OpenAI SDK has too; there they are the SDK's. */
type OfTheSDK =
  | 'apiKey'
  | 'baseURL'
  | 'timeout'
  | 'maxRetries'
  | 'headers'
  | 'defaultHeaders'
  | 'defaultQuery'
  | 'logLevel'

/**
 * What the class of `neura-ai/openai` takes beside the SDK's options: those of `Client` that the SDK
 * does not have. `apiKey` and `baseURL` are looked for as `Client` does, and no `OPENAI_*` variable
 * is read; `timeout` and `maxRetries` are the SDK's.
 */
export interface OpenAIOptions extends Omit<ClientOptions, OfTheSDK> {
  /**
   * Whether an Authorization and keys of other services among the headers go out as they are. Our
   * key goes out in their place otherwise. Default: false.
   */
  keepAuthorization?: boolean
}
