// A program whose workers use the package, one after the other, before the main thread does. It gets
// a key, the URL of a service, and that of a server that never answers.

const { readFileSync } = require('node:fs')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const [apiKey, baseURL, silentURL] = workerData ?? process.argv.slice(2)

/** The status of a call; others stay in flight. */
async function ask() {
  const { Client } = require('..')
  const { status } = await new Client({ apiKey, baseURL }).get('/models')
  const silent = new Client({ apiKey, baseURL: silentURL })
  for (let call = 0; call < 8; call++) silent.get('/x').catch(() => {})
  return status
}

async function askInWorker() {
  const worker = new Worker(__filename, { workerData: [apiKey, baseURL, silentURL] })
  const status = await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))
  await worker.terminate()
  return status
}

function checkLoaded(expected) {
  if (process.platform !== 'linux') return
  const isLoaded = /neura[^/]*\.node$/m.test(readFileSync('/proc/self/maps', 'utf8'))
  if (isLoaded !== expected) throw new Error(`the addon is ${isLoaded ? '' : 'not '}loaded`)
}

async function main() {
  checkLoaded(false)
  const first = []
  for (let round = 0; round < 3; round++) {
    first.push(await askInWorker())
    checkLoaded(true)
  }
  const last = [await ask(), await askInWorker()]
  console.log(`workers: ${first.join(' ')}; main and worker: ${last.join(' ')}`)
  process.exit(0)
}

if (isMainThread) main()
else ask().then((status) => parentPort.postMessage(status))
