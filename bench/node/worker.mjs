// A process that measures one side: `node worker.mjs MODULE FUNCTION`.
//
// Prints `ready`, then for each line with a number does so many calls and prints the nanoseconds of CPU
// time that the process used, all its threads together, and the nanoseconds that passed.

import { createInterface } from 'node:readline'

const [module, name] = process.argv.slice(2)
const side = await import(`./sides/${module}.mjs`)
const work = await side[name]()

/** In nanoseconds. */
function cpu() {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

console.log('ready')
for await (const line of createInterface({ input: process.stdin })) {
  const [before, began] = [cpu(), process.hrtime.bigint()]
  await work(Number(line))
  const [after, ended] = [cpu(), process.hrtime.bigint()]
  console.log(`${after - before} ${ended - began}`)
}
// Connections that are kept would keep the process.
process.exit(0)
