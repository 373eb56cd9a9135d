// Builds the addon as it is published, and lays it beside package.json: small, and on Linux for
// every system with glibc 2.28 or later, whatever the building system has.
//
// node scripts/build-release.mjs [TARGET]      a target of package.json; without one, this machine's

import { statSync } from 'node:fs'

import { build, fail, place } from './cargo.mjs'
import { problemsOf } from './floor.mjs'
import { releaseTarget } from './release-target.mjs'

const { target, triple, words, env } = releaseTarget(process.argv[2])
// As for the C library (bindings-c/packaging/release.sh), which shares the folder of the build.
const small = '-C llvm-args=-inline-threshold=50'
// A library for musl, not a program that holds all of it.
const dynamic = target.endsWith('musl') ? ' -C target-feature=-crt-static' : ''
const flags = `CARGO_TARGET_${triple.toUpperCase().replaceAll('-', '_')}_RUSTFLAGS`
const addon = place(build([...words, '--profile', 'addon'], { ...env, [flags]: small + dynamic }), target)

for (const problem of problemsOf(addon, target)) fail(problem)
console.log(`${addon}: ${statSync(addon).size} bytes`)
