// client.fetch below LangChain and LlamaIndex, and neura-ai/openai: the real packages, in a project with
// ours installed.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { sandbox } from '../../tests/servers.mjs'
import { project, run, variablesOf } from '../project.mjs'

const LIBRARIES = {
  LangChain: `import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
    import { Client, resolve } from 'neura-ai'

    const configuration = { baseURL: resolve().baseURL, fetch: new Client().fetch }
    const given = { apiKey: 'unused', configuration, maxRetries: 0 }
    const model = new ChatOpenAI({ model: 'gpt-5', ...given })
    console.log((await model.invoke('Hello!')).content)
    let text = ''
    for await (const chunk of await model.stream('Hello!')) text += chunk.content
    console.log(text)
    const vectors = new OpenAIEmbeddings({ model: 'text-embedding-3-small', ...given })
    if ((await vectors.embedQuery('a')).length === 0) throw new Error('no embedding')`,
  LlamaIndex: `import { OpenAI } from '@llamaindex/openai'
    import { Client, resolve } from 'neura-ai'

    const additionalSessionOptions = { fetch: new Client().fetch }
    const given = { apiKey: 'unused', baseURL: resolve().baseURL, maxRetries: 0 }
    const model = new OpenAI({ model: 'gpt-5', ...given, additionalSessionOptions })
    const messages = [{ role: 'user', content: 'Hello!' }]
    console.log((await model.chat({ messages })).message.content)
    let text = ''
    for await (const chunk of await model.chat({ messages, stream: true })) text += chunk.delta
    console.log(text)`
}

const sdk = (load) => `${load}
    const messages = [{ role: 'user', content: 'Hello!' }]
    async function main() {
      const { chat } = new OpenAI()
      const whole = await chat.completions.create({ model: 'gpt-5', messages })
      console.log(whole.choices[0].message.content)
      let text = ''
      const stream = await chat.completions.create({ model: 'gpt-5', messages, stream: true })
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      console.log(text)
    }
    main()`

const PROGRAMS = {
  'langchain.mjs': LIBRARIES.LangChain,
  'llamaindex.mjs': LIBRARIES.LlamaIndex,
  'sdk.mjs': sdk("import OpenAI from 'neura-ai/openai'"),
  'sdk.cjs': sdk("const OpenAI = require('neura-ai/openai')"),
  'named.cjs': sdk("const { OpenAI } = require('neura-ai/openai')")
}

const place = project('bundlers/deep')
let server
before(async () => (server = await sandbox()))
after(() => server.stop())

for (const [name, program] of Object.entries(PROGRAMS)) {
  test(`${name}: plain, streaming`, () => {
    writeFileSync(join(place, name), program)
    const variables = { ...variablesOf(server), OPENAI_API_KEY: 'sk-other' }
    const { out, said } = run(place, [process.execPath, name], variables)
    assert.equal(out, 'You said: Hello!\nYou said: Hello!\n', said)
  })
}
