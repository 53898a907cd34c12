// The command line as it was compiled last, without the bundle that a build makes of it: for scripts/dev.mjs.
const { run } = await import('../dist/cli/main.js')

process.umask(0o077)
process.exitCode = await run(process.argv.slice(2))
