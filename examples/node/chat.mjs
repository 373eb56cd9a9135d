// One chat. The key comes from NEURA_API_KEY.
import { Client } from 'neura-ai'

const client = new Client()
const reply = await client.chat.completions.create({
  model: 'gpt-5',
  messages: [{ role: 'user', content: 'Hello!' }]
})
console.log(reply.choices[0].message.content)
