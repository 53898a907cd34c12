import core from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'
import cmake from 'highlight.js/lib/languages/cmake'
import cpp from 'highlight.js/lib/languages/cpp'
import css from 'highlight.js/lib/languages/css'
import dockerfile from 'highlight.js/lib/languages/dockerfile'
import dts from 'highlight.js/lib/languages/dts'
import go from 'highlight.js/lib/languages/go'
import ini from 'highlight.js/lib/languages/ini'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import kotlin from 'highlight.js/lib/languages/kotlin'
import lua from 'highlight.js/lib/languages/lua'
import makefile from 'highlight.js/lib/languages/makefile'
import perl from 'highlight.js/lib/languages/perl'
import php from 'highlight.js/lib/languages/php'
import protobuf from 'highlight.js/lib/languages/protobuf'
import python from 'highlight.js/lib/languages/python'
import ruby from 'highlight.js/lib/languages/ruby'
import rust from 'highlight.js/lib/languages/rust'
import sql from 'highlight.js/lib/languages/sql'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'

/** highlight.js with the languages of projects that develop by mail. */
export const hljs = core.newInstance()

const GRAMMARS = {
  bash,
  c,
  cmake,
  cpp,
  css,
  dockerfile,
  dts,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  makefile,
  perl,
  php,
  protobuf,
  python,
  ruby,
  rust,
  sql,
  typescript,
  xml,
  yaml,
}

export type Language = keyof typeof GRAMMARS

for (const [name, grammar] of Object.entries(GRAMMARS)) hljs.registerLanguage(name, grammar)

const EXTENSIONS: ReadonlyMap<string, Language> = new Map(
  Object.entries({
    bash: 'sh bash zsh ksh',
    c: 'c h',
    cmake: 'cmake',
    cpp: 'cc cpp cxx hh hpp hxx ino',
    css: 'css',
    dts: 'dts dtsi dtso',
    go: 'go',
    ini: 'ini conf cfg toml service',
    java: 'java',
    javascript: 'js mjs cjs jsx',
    json: 'json',
    kotlin: 'kt kts',
    lua: 'lua',
    makefile: 'mk mak am',
    perl: 'pl pm t',
    php: 'php',
    protobuf: 'proto',
    python: 'py pyi',
    ruby: 'rb',
    rust: 'rs',
    sql: 'sql',
    typescript: 'ts mts cts tsx',
    xml: 'xml html htm xhtml svg xsl',
    yaml: 'yaml yml',
  } satisfies Partial<Record<Language, string>>).flatMap(([language, extensions]) =>
    extensions.split(' ').map((extension) => [extension, language as Language] as const),
  ),
)

const NAMES: ReadonlyMap<string, Language> = new Map([
  ['makefile', 'makefile'],
  ['gnumakefile', 'makefile'],
  ['kbuild', 'makefile'],
  ['dockerfile', 'dockerfile'],
  ['containerfile', 'dockerfile'],
  ['cmakelists.txt', 'cmake'],
])

/** The language of a file, by its name; undefined if it is not highlighted. */
export function languageOf(file: string): Language | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase()
  const dot = name.lastIndexOf('.')
  return NAMES.get(name) ?? (dot < 0 ? undefined : EXTENSIONS.get(name.slice(dot + 1)))
}
