// Two things that a page cannot do without script: copy a key, and show an answer as it comes.

for (const button of document.querySelectorAll('[data-copy]')) {
  const said = button.parentElement.querySelector('[data-copied]')
  button.hidden = false
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
      said.textContent = 'Copied'
    } catch {
      said.textContent = 'The browser did not allow it: select the key and copy it'
    }
  })
}

const form = document.querySelector('[data-playground]')
let running
form?.addEventListener('submit', async (event) => {
  event.preventDefault()
  running?.abort()
  const ours = (running = new AbortController())
  const answer = document.getElementById('answer')
  const failure = document.getElementById('failure')
  answer.textContent = failure.textContent = ''
  try {
    for await (const text of chat(ours.signal)) answer.append(text)
  } catch (error) {
    if (!ours.signal.aborted) failure.textContent = error.message
  }
})

async function* chat(signal) {
  const { api_key: key, model, message } = Object.fromEntries(new FormData(form))
  const messages = [{ role: 'user', content: message }]
  const reply = await fetch(form.dataset.playground, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.trim()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, stream: true }),
    signal
  })
  if (!reply.ok) {
    const { error } = await reply.json()
    throw new Error(`${reply.status} ${error.code ?? ''}: ${error.message}`)
  }
  const decoder = new TextDecoder()
  const reader = reply.body.getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) throw new Error('The answer ended too early.')
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
    rest = lines.pop()
    for (const line of lines.filter((each) => each.startsWith('data: '))) {
      const data = line.slice('data: '.length)
      if (data === '[DONE]') return
      yield JSON.parse(data).choices[0]?.delta.content ?? ''
    }
  }
}
