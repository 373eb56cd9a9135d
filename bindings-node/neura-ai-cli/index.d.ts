/**
 * The path of the command for this machine. Reading it throws an Error where the package of this
 * platform is not installed.
 */
declare const programs: {
  readonly neura: string
}
export = programs
