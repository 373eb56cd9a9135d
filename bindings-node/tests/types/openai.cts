// Compiled, never run: the same from CommonJS.

import { OpenAI } from 'neura-ai/openai'

export const client: OpenAI = new OpenAI({ profile: 'staging', allowHttp: true, keepAuthorization: true })
