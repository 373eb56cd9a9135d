/**
 * The paths of the programs for this machine. Reading one throws an Error where the package of this
 * platform is not installed.
 */
declare const programs: {
  readonly 'neura-sandbox': string
  readonly 'neura-replay': string
}
export = programs
