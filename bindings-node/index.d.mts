export * from './index.js'
import * as neura from './index.js'
export default neura
