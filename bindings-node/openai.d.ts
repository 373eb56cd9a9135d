import type { OpenAIOptions } from './lib/openai-options.js'

export { OpenAI as default } from 'openai'
export * from 'openai'

declare module 'openai/client' {
  interface ClientOptions extends OpenAIOptions {}
}
