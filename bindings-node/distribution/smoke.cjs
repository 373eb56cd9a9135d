// Loads the addon that was built beside package.json, and makes a call that fails: no service is needed.

const { Client, version } = require('..')

const client = new Client({ apiKey: 'nk-test-not-a-key', baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0 })
client.models.list().then(
  () => Promise.reject(new Error('a call to a closed port succeeded')),
  ({ kind }) => console.log(`${version}: ${kind}`)
)
