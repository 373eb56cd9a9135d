// The OpenAI SDK without this client, as on the service's page.
import OpenAI from 'openai'

const client = new OpenAI({
  apiKey: process.env.NEURA_API_KEY,
  baseURL: process.env.NEURA_BASE_URL ?? 'https://api.neura-ai.app/v1'
})
const reply = await client.chat.completions.create({
  model: 'gpt-5',
  messages: [{ role: 'user', content: 'Hello!' }]
})
console.log(reply.choices[0].message.content)
