// Ways of making many calls of one kind. Each checks every result, which costs all sides the same.

import { calls, inFlight } from './setting.mjs'

function check(found, expected) {
  if (found !== expected) {
    throw new Error(`${found} instead of ${expected}: this side did not get the answer`)
  }
}

export function oneByOne(call, expected) {
  return async (many) => {
    for (let left = many; left > 0; left--) check(await call(), expected)
  }
}

/** A call of this work is a whole batch: `calls` calls, `inFlight` of them at a time. */
export function batches(call, expected) {
  return async (many) => {
    for (let batch = 0; batch < many; batch++) {
      let left = calls
      const caller = async () => {
        while (left > 0) {
          left--
          check(await call(), expected)
        }
      }
      await Promise.all(Array.from({ length: inFlight }, caller))
    }
  }
}
