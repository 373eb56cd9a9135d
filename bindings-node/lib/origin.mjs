import origin from './origin.js'

origin.url = import.meta.url
