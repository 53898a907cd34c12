// Lets worker threads run from the sources, as the tests do: an import of a compiled file name resolves to its
// source.
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
