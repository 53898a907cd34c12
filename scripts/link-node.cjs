// After an installation: sees to it that the Node.js of the packages is the one that npm's scripts find. npm 11 does
// that by itself; older ones pass over it. Written so that a Node.js of any age can read it.
'use strict'
var fs = require('fs')
var path = require('path')

var modules = path.join(__dirname, '..', 'node_modules')
var name = 'node-' + process.platform + '-' + process.arch
var link = path.join(modules, '.bin', 'node')

if (fs.existsSync(path.join(modules, name, 'bin', 'node')) && !fs.existsSync(link)) {
  fs.mkdirSync(path.dirname(link), { recursive: true })
  fs.symlinkSync(path.join('..', name, 'bin', 'node'), link)
}
