// Writes lib/chat.d.ts from conformance/shapes.json; with `--check` it compares them.
//
// A member is typed as the OpenAI SDK types it, so that an answer can be given to code that was
// written for the SDK: a member that the SDK has without null has no null here either.

import { readFileSync, writeFileSync } from 'node:fs'

const shapes = JSON.parse(
  readFileSync(new URL('../../conformance/shapes.json', import.meta.url), 'utf8')
)
const file = new URL('../lib/chat.d.ts', import.meta.url)

/** The names of the types here, where those of the shapes would not say enough. */
const NAMES = {
  ChatChoice: 'ChatCompletionChoice',
  ChatMessage: 'ChatCompletionMessage',
  ChatChunk: 'ChatCompletionChunk',
  ChunkChoice: 'ChatCompletionChunkChoice',
  Delta: 'ChatCompletionDelta',
  Audio: 'ChatCompletionAudio',
  AudioDelta: 'ChatCompletionAudioDelta',
  TokenUsage: 'Usage',
  ChatParameters: 'ChatParameters',
  StreamOptions: 'ChatStreamOptions'
}

/** Members that the SDK always has, if only as null. */
const REQUIRED = new Set([
  'ChatMessage.content',
  'ChatMessage.refusal',
  'ChatChoice.logprobs',
  'ChunkChoice.finish_reason',
  'Logprobs.content',
  'Logprobs.refusal',
  'TokenLogprob.bytes',
  'TopLogprob.bytes'
])

/** Members that the SDK may leave out, and that may be null there too. */
const NULLABLE = new Set([
  'ChatCompletion.metadata',
  'ChatCompletion.moderation',
  'ChatCompletion.service_tier',
  'ChatMessage.audio',
  'ChatMessage.function_call',
  'ChatMessage.reasoning_content',
  'ChatChunk.moderation',
  'ChatChunk.service_tier',
  'ChatChunk.usage',
  'ChunkChoice.logprobs',
  'Delta.content',
  'Delta.refusal',
  'Delta.reasoning_content',
  'Model.shutdown_date'
])

/** Types that say more than the shapes can. */
const TYPES = {
  'ChatParameters.messages': 'readonly ChatMessage[]',
  'Embedding.embedding': 'number[]',
  'ChatCompletion.service_tier': "'auto' | 'default' | 'flex' | 'scale' | 'priority'",
  'ChatChunk.service_tier': "'auto' | 'default' | 'flex' | 'scale' | 'priority'"
}

const MORE = {
  'Embedding.embedding': ' With `encoding_format: "base64"` it is a string'
}

const HEAD = `// Made from conformance/shapes.json by \`node scripts/chat-types.mjs\`; edit there.

/**
 * A message of a conversation, in the service's form; one's own interfaces and those of the
 * OpenAI SDK can be given as they are.
 */
export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | (string & {})
  /** A text, or parts such as texts and images. */
  content?: string | readonly { [name: string]: any }[] | null
  [name: string]: any
}

/** A tool that the model asks to call; the result is a message with the role tool and this id. */
export type ToolCall = FunctionToolCall | CustomToolCall

export interface FunctionToolCall {
  id: string
  type: 'function'
  function: FunctionCall
  [name: string]: any
}

export interface CustomToolCall {
  id: string
  type: 'custom'
  custom: CustomCall
  [name: string]: any
}
`

const nameOf = (type) => NAMES[type] ?? type

function typeOf(type, values, isAnswer) {
  const alternatives = type.split(' | ').map((each) => {
    if (each === 'string' && values !== undefined) {
      const known = values.map((value) => `'${value}'`).join(' | ')
      return isAnswer ? known : `${known} | (string & {})`
    }
    if (each.startsWith('[')) {
      const inner = typeOf(each.slice(1, -1), values, isAnswer)
      return `${isAnswer ? '' : 'readonly '}${inner.includes(' ') && !inner.startsWith('{') ? `(${inner})` : inner}[]`
    }
    if (each.startsWith('{')) return `{ [name: string]: ${typeOf(each.slice(1, -1))} }`
    return { integer: 'number', number: 'number', string: 'string', boolean: 'boolean', any: 'any' }[each] ?? nameOf(each)
  })
  return alternatives.join(' | ')
}

const sentence = (text) => `${/^\w+[._]/.test(text) ? text : text[0].toUpperCase() + text.slice(1)}.`

function interfaceOf(name, { meaning, members }, isAnswer) {
  const lines = [`/** ${sentence(meaning)} */`, `export interface ${nameOf(name)} {`]
  for (const [member, { type, optional, nullable, values, meaning }] of Object.entries(members)) {
    const place = `${name}.${member}`
    const isNullable = isAnswer ? REQUIRED.has(place) || NULLABLE.has(place) : nullable
    const mark = optional && !REQUIRED.has(place) ? '?' : ''
    const more = MORE[place] ?? ''
    if (meaning) lines.push(`  /** ${sentence(meaning + (more && `.${more}`))} */`)
    const written = TYPES[place] ?? typeOf(type, values, isAnswer)
    lines.push(`  ${member}${mark}: ${written}${isNullable && written !== 'any' ? ' | null' : ''}`)
  }
  if (isAnswer) lines.push('  [name: string]: any')
  lines.push('}')
  return lines.join('\n')
}

const written = [
  HEAD,
  '// The answers. Members that are not named here pass through.\n',
  ...Object.entries(shapes.answers)
    .filter(([name]) => name !== 'ToolCall')
    .map(([name, shape]) => `${interfaceOf(name, shape, true)}\n`),
  '// The parameters. One that is not named here goes into `extraBody`.\n',
  ...Object.entries(shapes.parameters).map(([name, shape]) => `${interfaceOf(name, shape, false)}\n`)
].join('\n')

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== written) {
    console.error('lib/chat.d.ts is not what conformance/shapes.json says: node scripts/chat-types.mjs')
    process.exit(1)
  }
} else writeFileSync(file, written)
