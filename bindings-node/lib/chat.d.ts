// Made from conformance/shapes.json by `node scripts/chat-types.mjs`; edit there.

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

// The answers. Members that are not named here pass through.

/** The answer to a chat request. */
export interface ChatCompletion {
  /** The service's id of the completion. */
  id: string
  /** The answers; their number is the request's n. */
  choices: ChatCompletionChoice[]
  /** When it was made, in seconds since 1970. */
  created: number
  /** The model that answered. */
  model: string
  /** chat.completion. */
  object: 'chat.completion'
  /** The pairs that the request asked to store. */
  metadata?: { [name: string]: string } | null
  /** What moderation found in the request and the answer, if it was requested. */
  moderation?: any
  /** The tier that served the request. */
  service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | null
  /** The configuration of the service that answered. */
  system_fingerprint?: string
  /** The tokens used. */
  usage?: Usage
  [name: string]: any
}

/** One answer of a completion. */
export interface ChatCompletionChoice {
  /** Why it ended: stop, length, tool_calls, content_filter, function_call, or a word of another service. */
  finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call'
  /** Its place among the choices, from 0. */
  index: number
  /** The probabilities of its tokens, if requested. */
  logprobs: Logprobs | null
  /** What the model says. */
  message: ChatCompletionMessage
  [name: string]: any
}

/** What the model says; it can be sent back unchanged as the next message. */
export interface ChatCompletionMessage {
  /** The author: assistant. */
  role: 'assistant'
  /** The text; null if the model calls a tool instead. */
  content: string | null
  /** Why the model refuses, if it does. */
  refusal: string | null
  /** The sources of parts of the text, from a web search. */
  annotations?: Annotation[]
  /** The text as audio, if requested. */
  audio?: ChatCompletionAudio | null
  /** The older form of a tool call. */
  function_call?: FunctionCall | null
  /** The tools that the model asks to call. */
  tool_calls?: ToolCall[]
  /** The model's reasoning before the answer. */
  reasoning_content?: string | null
  [name: string]: any
}

/** A function and its arguments. */
export interface FunctionCall {
  /** JSON text, as the model wrote it: it may be invalid JSON, or lack arguments. */
  arguments: string
  /** The function's name. */
  name: string
  [name: string]: any
}

/** A custom tool and its input. */
export interface CustomCall {
  /** The input that the model wrote. */
  input: string
  /** The tool's name. */
  name: string
  [name: string]: any
}

/** The source of a part of the text. */
export interface Annotation {
  /** url_citation. */
  type: 'url_citation'
  /** The page. */
  url_citation: UrlCitation
  [name: string]: any
}

/** A page that is the source of a part of the text. */
export interface UrlCitation {
  /** Where the part ends, in characters of the text. */
  end_index: number
  /** Where it starts. */
  start_index: number
  /** The page's title. */
  title: string
  /** The page's address. */
  url: string
  [name: string]: any
}

/** The text as audio. */
export interface ChatCompletionAudio {
  /** Its id, to refer to it in a later request. */
  id: string
  /** The audio in base64, in the requested format. */
  data: string
  /** Until when the id can be used, in seconds since 1970. */
  expires_at: number
  /** Its transcript. */
  transcript: string
  [name: string]: any
}

/** One chunk of a streamed chat completion. */
export interface ChatCompletionChunk {
  /** The service's id of the completion, the same in each of its chunks. */
  id: string
  /** What is added to each choice; empty in a chunk that has only the usage. */
  choices: ChatCompletionChunkChoice[]
  /** When the completion was made, in seconds since 1970. */
  created: number
  /** The model that answers. */
  model: string
  /** chat.completion.chunk. */
  object: 'chat.completion.chunk'
  /** What moderation found, if it was requested. */
  moderation?: any
  /** Random letters, so that the length of a chunk says nothing about its text. */
  obfuscation?: string
  /** The tier that serves the request. */
  service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | null
  /** The configuration of the service that answers. */
  system_fingerprint?: string
  /** The tokens used by the completion: in the last chunk, if stream_options asks for it. */
  usage?: Usage | null
  [name: string]: any
}

/** What a chunk adds to one choice. */
export interface ChatCompletionChunkChoice {
  /** What is added. */
  delta: ChatCompletionDelta
  /** The choice's place, from 0. */
  index: number
  /** Why the choice ended, in its last chunk. */
  finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call' | null
  /** The probabilities of the added tokens, if requested. */
  logprobs?: Logprobs | null
  [name: string]: any
}

/** What is added to a message. */
export interface ChatCompletionDelta {
  /** The audio, or its next piece. */
  audio?: ChatCompletionAudioDelta
  /** The next piece of the text. */
  content?: string | null
  /** The older form of a tool call, or its next piece. */
  function_call?: FunctionCallDelta
  /** The next piece of a refusal. */
  refusal?: string | null
  /** The author: in the first chunk. */
  role?: 'developer' | 'system' | 'user' | 'assistant' | 'tool'
  /** Tool calls, or their next pieces. */
  tool_calls?: ToolCallDelta[]
  /** The next piece of the model's reasoning. */
  reasoning_content?: string | null
  [name: string]: any
}

/** A tool call, or its next piece. */
export interface ToolCallDelta {
  /** The index of the tool call in the message, from 0. */
  index: number
  /** The call's id, in its first piece. */
  id?: string
  /** The function, or the next piece of its arguments. */
  function?: FunctionCallDelta
  /** Function, in the first piece. */
  type?: 'function'
  [name: string]: any
}

/** A function call, or its next piece. */
export interface FunctionCallDelta {
  /** The next piece of the arguments' JSON text. */
  arguments?: string
  /** The function's name, in the first piece. */
  name?: string
  [name: string]: any
}

/** The audio, or its next piece. */
export interface ChatCompletionAudioDelta {
  /** Its id. */
  id?: string
  /** The next piece of it in base64. */
  data?: string
  /** Until when the id can be used, in seconds since 1970. */
  expires_at?: number
  /** The next piece of its transcript. */
  transcript?: string
  [name: string]: any
}

/** The probabilities of the tokens of an answer. */
export interface Logprobs {
  /** Of the text. */
  content: TokenLogprob[] | null
  /** Of a refusal. */
  refusal: TokenLogprob[] | null
  [name: string]: any
}

/** The probability of a token, and the other tokens that were likely in its place. */
export interface TokenLogprob {
  /** The token. */
  token: string
  /** Its UTF-8 bytes, which may be part of a character. */
  bytes: number[] | null
  /** The natural logarithm of its probability. */
  logprob: number
  /** The most likely tokens in its place; their number is the request's top_logprobs. */
  top_logprobs: TopLogprob[]
  [name: string]: any
}

/** A token that was likely in this place. */
export interface TopLogprob {
  /** The token. */
  token: string
  /** Its UTF-8 bytes, which may be part of a character. */
  bytes: number[] | null
  /** The natural logarithm of its probability. */
  logprob: number
  [name: string]: any
}

/** The tokens used by a completion. */
export interface Usage {
  /** Tokens of the answer. */
  completion_tokens: number
  /** Tokens of the request. */
  prompt_tokens: number
  /** The sum of both. */
  total_tokens: number
  /** The kinds of tokens in the answer. */
  completion_tokens_details?: CompletionTokensDetails
  /** The kinds of tokens in the request. */
  prompt_tokens_details?: PromptTokensDetails
  [name: string]: any
}

/** The kinds of tokens in an answer. */
export interface CompletionTokensDetails {
  /** Tokens of the prediction that appeared in the answer. */
  accepted_prediction_tokens?: number
  /** Tokens of audio. */
  audio_tokens?: number
  /** Tokens of reasoning. */
  reasoning_tokens?: number
  /** Tokens of the prediction that did not appear in the answer. */
  rejected_prediction_tokens?: number
  /** Tokens of text. */
  text_tokens?: number
  [name: string]: any
}

/** The kinds of tokens in a request. */
export interface PromptTokensDetails {
  /** Tokens of audio. */
  audio_tokens?: number
  /** Tokens written to the service's cache. */
  cache_write_tokens?: number
  /** Tokens read from the service's cache. */
  cached_tokens?: number
  /** Tokens of images. */
  image_tokens?: number
  /** Tokens of text. */
  text_tokens?: number
  [name: string]: any
}

/** The models that a key can use. */
export interface ModelList {
  /** The models. */
  data: Model[]
  /** List. */
  object: 'list'
  [name: string]: any
}

/** One model. */
export interface Model {
  /** Its id, which requests give as model. */
  id: string
  /** When it was made, in seconds since 1970. */
  created: number
  /** Model. */
  object: 'model'
  /** Its owner. */
  owned_by: string
  /** The day on which it is switched off, if one is set. */
  shutdown_date?: string | null
  [name: string]: any
}

/** The vectors of texts. */
export interface EmbeddingList {
  /** One vector for each text. */
  data: Embedding[]
  /** The model that made them. */
  model: string
  /** List. */
  object: 'list'
  /** The tokens used. */
  usage: EmbeddingUsage
  [name: string]: any
}

/** The vector of one text. */
export interface Embedding {
  /** The vector; in base64 the bytes of 32-bit floats, the least significant byte first. With `encoding_format: "base64"` it is a string. */
  embedding: number[]
  /** The index of the text in the request, from 0. */
  index: number
  /** Embedding. */
  object: 'embedding'
  [name: string]: any
}

/** The tokens used by vectors. */
export interface EmbeddingUsage {
  /** Tokens of the request. */
  prompt_tokens: number
  /** The same number: vectors have no tokens of their own. */
  total_tokens: number
  [name: string]: any
}

// The parameters. One that is not named here goes into `extraBody`.

/** The request of a chat completion. */
export interface ChatParameters {
  /** The voice and format of audio, if modalities ask for it. */
  audio?: { [name: string]: any } | null
  /** From -2 to 2: lowers the probability of a token each time that it has appeared. */
  frequency_penalty?: number | null
  /** The older form of tool_choice. */
  function_call?: string | { [name: string]: any }
  /** The older form of tools. */
  functions?: readonly { [name: string]: any }[]
  /** For token ids, from -100 to 100: what is added to their probability. */
  logit_bias?: { [name: string]: number } | null
  /** Whether to return the probability of each token. */
  logprobs?: boolean | null
  /** The largest number of tokens of an answer, reasoning included. */
  max_completion_tokens?: number | null
  /** The older form of max_completion_tokens. */
  max_tokens?: number | null
  /** The conversation so far, each message with its role. */
  messages: readonly ChatMessage[]
  /** Pairs to store with the completion. */
  metadata?: { [name: string]: string } | null
  /** The kinds of output: text, audio. */
  modalities?: readonly ('text' | 'audio' | (string & {}))[] | null
  /** The id of the model. */
  model: string
  /** Whether request and answer are moderated, and how. */
  moderation?: { [name: string]: any } | null
  /** How many choices to make. */
  n?: number | null
  /** Whether several tools may be called at once. */
  parallel_tool_calls?: boolean
  /** Text that most of the answer will repeat, which makes it faster. */
  prediction?: { [name: string]: any } | null
  /** From -2 to 2: lowers the probability of a token that has appeared. */
  presence_penalty?: number | null
  /** Marks similar requests, for the cache of prompts. */
  prompt_cache_key?: string | null
  /** How the cache of prompts is used. */
  prompt_cache_options?: { [name: string]: any }
  /** How long the cache keeps the prompt. */
  prompt_cache_retention?: 'in_memory' | '24h' | (string & {}) | null
  /** How much to reason before the answer. */
  reasoning_effort?: string | null
  /** Text, JSON, or JSON that follows a schema. */
  response_format?: { [name: string]: any }
  /** A stable id of the end user, without a name in it. */
  safety_identifier?: string | null
  /** With the same seed the answer is the same, as far as possible. */
  seed?: number | null
  /** The tier to serve the request with. */
  service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | 'fast' | (string & {}) | null
  /** Texts that end the answer. */
  stop?: string | readonly string[] | null
  /** Whether to store the completion. */
  store?: boolean | null
  /** Whether to stream the answer; the call sets it. */
  stream?: boolean | null
  /** How to stream the answer. */
  stream_options?: ChatStreamOptions | null
  /** From 0 to 2: how random the choice of tokens is. */
  temperature?: number | null
  /** Which tools may or must be called: none, auto, required, or one by name. */
  tool_choice?: string | { [name: string]: any }
  /** The tools that the model may call. */
  tools?: readonly { [name: string]: any }[]
  /** From 0 to 20: how many likely tokens to list for each place. */
  top_logprobs?: number | null
  /** From 0 to 1: only the most likely tokens that make up this share are considered. */
  top_p?: number | null
  /** The older form of safety_identifier and prompt_cache_key. */
  user?: string
  /** How long the answer should be. */
  verbosity?: 'low' | 'medium' | 'high' | (string & {}) | null
  /** How to search the web for the answer. */
  web_search_options?: { [name: string]: any }
}

/** The request of vectors. */
export interface EmbeddingParameters {
  /** The number of dimensions of a vector. */
  dimensions?: number
  /** Numbers, or their bytes in base64. */
  encoding_format?: 'float' | 'base64' | (string & {})
  /** The texts, or their tokens. */
  input: string | readonly string[] | readonly number[] | readonly (readonly number[])[]
  /** The id of the model. */
  model: string
  /** A stable id of the end user. */
  user?: string
}

/** How a completion is streamed. */
export interface ChatStreamOptions {
  /** Whether chunks are padded to one length. */
  include_obfuscation?: boolean
  /** Whether the last chunk has the usage. */
  include_usage?: boolean
}
