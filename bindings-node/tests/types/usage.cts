// The same package through require.

import neura = require('neura-ai')

const client = new neura.Client({ apiKey: 'nk-test' })

export async function ask(): Promise<neura.ChatCompletion> {
  const error: neura.NeuraError = new neura.ConfigError('text')
  void [error, neura.version, neura.delete]
  return await client.chat.completions.create({ model: 'gpt-5', messages: [] })
}
