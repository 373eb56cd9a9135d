// faults.md 85 and 96: files, pipes and programs that hold the key, each in a process of its
// own.

import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { index, withPlace } from './place.mjs'
import { keysSeen, refusal, withReplay } from './servers.mjs'

const FIRST = 'nk-fake-first-0000000000001111'
const SECOND = 'nk-fake-second-000000000002222'

test('fault 85: an expansion without end is a config error, and the process lives', async () => {
  const lines = 'A=aaaaaaaaaaaaaaaa\n' + `A=${'${A}'.repeat(8)}\n`.repeat(11)
  await withPlace(async (place) => {
    place.write('work/.env', `${lines}NEURA_API_KEY=\${A}\n`)
    const { error } = await place.run('return neura.resolve()')
    assert.equal(error.kind, 'config')
    assert.match(error.message, /1 MiB/)
    const { value } = await place.run('return neura.resolve()', { env: { NEURA_API_KEY: FIRST } })
    assert.equal(value.source, 'environment')
  })
})

test('fault 96: a FIFO is kept for later clients and read again after a 401', async () => {
  await withPlace(async (place) => {
    const fifo = place.path('work/.env')
    execFileSync('mkfifo', [fifo])
    // Programs of their own write, one after the other, once somebody reads.
    const write = (key) => `printf 'NEURA_API_KEY=%s\\n' ${key} >"$0"`
    execFile('sh', ['-c', `${write(FIRST)}; sleep 0.3; ${write(SECOND)}`, fifo])
    await withReplay({ replies: [200, 200, refusal('expired_api_key'), 200] }, async (replay) => {
      const script = `
        for (let at = 0; at < 3; at++) {
          const reply = await new neura.Client({ ...given, maxRetries: 0 }).get('/models')
          if (!reply.ok) throw new Error(String(reply.status))
        }`
      const told = await place.run(script, { given: { baseURL: replay.base_url } })
      assert.deepEqual(told, {})
      assert.deepEqual(await keysSeen(replay), [FIRST, FIRST, FIRST, SECOND])
    })
  })
})

test('fault 96: a descriptor of the shell is read', async () => {
  const source = `import neura from ${JSON.stringify(index)}; console.log(neura.resolve().mask)`
  const shell = 'exec 3<&0 </dev/null; exec "$0" --input-type=module --eval "$1"'
  const child = spawn('sh', ['-c', `cat | { ${shell}; }`, process.execPath, source], {
    env: { ...process.env, NEURA_API_KEY_FILE: '/dev/fd/3' },
    stdio: ['pipe', 'pipe', 'inherit']
  })
  child.stdin.end(`${FIRST}\n`)
  let out = ''
  child.stdout.on('data', (data) => (out += data))
  await once(child, 'close')
  assert.equal(out.trim(), '…1111')
})

test('a program prints the key, at the first request and again after a 401', async () => {
  await withPlace(async (place) => {
    const script = `echo run >>log; [ $(wc -l <log) = 1 ] && echo ${FIRST} || echo ${SECOND}`
    place.write('work/my key.sh', script)
    const env = { NEURA_API_KEY_COMMAND: "sh 'my key.sh'" }
    const { value } = await place.run('return neura.resolve()', { env })
    assert.deepEqual([value.source, value.mask], ['command', null])
    assert.equal(value.name, 'NEURA_API_KEY_COMMAND')
    await withReplay({ replies: [refusal('expired_api_key'), 200] }, async (replay) => {
      const given = { baseURL: replay.base_url }
      const told = await place.run(
        'return (await new neura.Client(given).get("/models")).status',
        { given, env }
      )
      assert.deepEqual(told, { value: 200 })
      assert.deepEqual(await keysSeen(replay), [FIRST, SECOND])
    })
    assert.equal(readFileSync(place.path('work/log'), 'utf8'), 'run\nrun\n')
  })
})
