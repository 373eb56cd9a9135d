import type { ClientOptions as NeuraOptions } from './lib/option-types.js'

export { OpenAI as default } from 'openai'
export * from 'openai'

declare module 'openai/client' {
  /**
   * What `neura-ai/openai` takes beside the SDK's options: those of `Client` that the SDK does not
   * have. `apiKey` and `baseURL` are looked for as `Client` does; `OPENAI_*` variables are not
   * read. `timeout` and `maxRetries` are the SDK's.
   */
  interface ClientOptions
    extends Omit<NeuraOptions, 'apiKey' | 'baseURL' | 'timeout' | 'maxRetries' | 'headers' | keyof SDKs> {
    /**
     * Whether an Authorization and keys of other services among the headers go out. Our key goes
     * out in their place otherwise. Default: false.
     */
    keepAuthorization?: boolean
  }

  /** Options of both, which are the SDK's. */
  interface SDKs {
    defaultHeaders: unknown
    defaultQuery: unknown
    logLevel: unknown
  }
}
