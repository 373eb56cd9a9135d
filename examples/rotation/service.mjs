// A web service. Its key is in a file, and may be replaced there while the service runs.
//
// The file is the credentials file, or the one that NEURA_API_KEY_FILE names. The service prints
// where it listens, and ends with its standard input.
import { createServer } from 'node:http'
import { Client } from 'neura-ai'

const client = new Client() // one for all requests: it looks at the file
const messages = [{ role: 'user', content: 'Hello!' }]

const server = createServer(async (request, response) => {
  try {
    const reply = await client.chat.completions.create({ model: 'gpt-5', messages })
    response.end(reply.choices[0].message.content)
  } catch (error) {
    console.error(String(error))
    response.writeHead(502).end('no answer')
  }
})
server.listen(0, '127.0.0.1', () => console.log(server.address()))
process.stdin.resume().on('end', () => process.exit())
