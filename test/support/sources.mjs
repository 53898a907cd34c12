// Lets the threads of the program run from its sources, as the tests run them: what they import by the name of what
// it is compiled to is found by its own name.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context)
    } catch (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND' || !specifier.endsWith('.js')) throw error
      return next(specifier.replace(/js$/, 'ts'), context)
    }
  },
})
