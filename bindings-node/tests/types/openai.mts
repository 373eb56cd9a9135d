// Compiled, never run: neura-ai/openai is the SDK, with options of ours.

import OpenAI, { APIError, toFile } from 'neura-ai/openai'
import type { ClientOptions } from 'neura-ai/openai'
import type SDK from 'openai'

const options: ClientOptions = { profile: 'staging', caFile: 'ca.pem', proxy: false, keepAuthorization: true, maxRetries: 1 }
const client: SDK = new OpenAI(options)
const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello!' }]

export async function chat(): Promise<string | null> {
  const whole: OpenAI.ChatCompletion = await client.chat.completions.create({ model: 'gpt-5', messages })
  void [APIError, toFile]
  return whole.choices[0]?.message.content ?? null
}
// @ts-expect-error a typing error
new OpenAI({ profil: 'staging' })
// @ts-expect-error a switch
new OpenAI({ keepAuthorization: 'yes' })
