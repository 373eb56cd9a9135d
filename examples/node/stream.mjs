// One chat, printed while it is written. The key comes from NEURA_API_KEY.
import { Client } from 'neura-ai'

const client = new Client()
const messages = [{ role: 'user', content: 'Hello!' }]
const stream = await client.chat.completions.create({ model: 'gpt-5', messages, stream: true })
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '')
}
console.log()
