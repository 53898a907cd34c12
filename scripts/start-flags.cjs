// Keeps the flags of V8 as they are at the start, in all threads: what V8 compiled is only taken where they are the same.
'use strict'
require('node:v8').setFlagsFromString = () => {}
require('node:module').syncBuiltinESMExports()
