//@ the process behind a constructor | CVE-2025-68613 (n8n) | error
return this.constructor.constructor('return process')().mainModule.require('child_process').execSync('id').toString()
//@ the process behind a function's constructor | CVE-2025-68613 (n8n) | error
return (function () { return this.process.mainModule.require('child_process').execSync('env').toString() })()
//@ the process behind an arrow's constructor | CVE-2026-1470 (n8n) | error
return (() => {}).constructor('return process.env')()
//@ the process through a with statement | CVE-2026-1470 (n8n) | error
var constructor = 'x'; with (function () {}) { return constructor('return process.env')() }
//@ the process behind an async function's constructor | CVE-2026-0863 (n8n) | error
return await (async () => {}).constructor('return process.env')()
//@ the process behind a generator's constructor | n8n advisory GHSA-v98v-ff95-f3cp | error
return (function* () {}).constructor('return process.env')().next().value
//@ the process behind an async generator's constructor | vm2 GHSA-xj72-wvfv-8985 | error
return (await (async function* () {}).constructor('return process.env')().next()).value
//@ require | n8n Code node, NODE_FUNCTION_ALLOW_BUILTIN | error
return require('child_process').execSync('id').toString()
//@ require of a file system | n8n Code node | error
return require('fs').readFileSync('/etc/passwd', 'utf8')
//@ dynamic import of a built-in | CVE-2023-37466 (vm2) | error
return await import('node:child_process')
//@ dynamic import of a file | ClearScript document loader | error
return await import('file:///etc/passwd')
//@ dynamic import of a relative module | ClearScript document loader | error
return await import('./surroundings.js')
//@ dynamic import over the network | ClearScript document loader | error
return await import('http://169.254.169.254/latest/meta-data/')
//@ dynamic import of data | ClearScript document loader | error
return await import('data:text/javascript,export default 1')
//@ import through an evaluated text | CVE-2023-37466 (vm2) | error
return await eval("import('fs')")
//@ process binding | n8n community, vm escape | error
return process.binding('fs')
//@ global object of Node | vm escape collections | harmless | ["undefined"]
return typeof global
//@ the module | vm escape collections | harmless | [["undefined","undefined","undefined"]]
return [typeof module, typeof exports, typeof __filename]
//@ Deno and Bun | runtime escape collections | harmless | [["undefined","undefined"]]
return [typeof Deno, typeof Bun]
//@ a network client | SSRF collections | error
return await fetch('http://127.0.0.1:5432')
//@ an old network client | SSRF collections | error
return new XMLHttpRequest()
//@ a web socket | SSRF collections | error
return new WebSocket('ws://127.0.0.1')
//@ a worker | denial collections | error
return new Worker('data:text/javascript,for(;;);')
//@ timers that are not there | n8n Code node | error
return setTimeout(() => 1, 1)
//@ the process by Error.prepareStackTrace's call sites | CVE-2022-36067 (vm2 SandBreak) | harmless
globalThis.Error = class extends Error {}; Error.prepareStackTrace = (_, frames) => frames.map(f => f.getThis()).find(t => t && t.process).process; return new Error().stack
//@ functions of the surroundings by call sites | CVE-2023-30547 (vm2) | harmless | [true]
Error.prepareStackTrace = (_, frames) => frames.map(f => f.getFunction()); const all = [].concat(new Error().stack); return all.every(f => f === undefined || !String(f).includes('define' + 'Property'))
//@ the surroundings' this by call sites | CVE-2022-36067 (vm2) | harmless | [true]
Error.prepareStackTrace = (_, frames) => frames.map(f => f.getThis()); return [].concat(new Error().stack).every(t => t === undefined || t === globalThis)
//@ prepareStackTrace while a host error is made | CVE-2021-23449 (vm2) | harmless | [0]
let seen = 0; Error.prepareStackTrace = (e) => { seen += typeof e.constructor.constructor('return typeof process')() === 'object' ? 1 : 0; return '' }; try { null.x } catch (e) { e.stack } return seen
//@ a rejected promise's host error | CVE-2023-29017 (vm2) | error
await Promise.reject({ toString() { return this.constructor.constructor('return process.pid')() } }).catch(e => String(e)); return 1
//@ a stack overflow's foreign error | CVE-2023-32314 (vm2) | error
function deep() { deep() } try { deep() } catch (e) { return e.constructor.constructor('return process')().pid }
//@ a species constructor on a promise | CVE-2023-37903 (vm2) | error
class P extends Promise { static get [Symbol.species]() { return function (run) { run(() => 0, () => 0); return run.constructor('return process')() } } }; return new P(r => r(1)).then(x => x).pid
//@ a proxy whose trap sees the host | CVE-2023-32313 (vm2) | error
const p = new Proxy({}, { get(t, name, receiver) { return receiver.constructor.constructor('return process')() } }); return String(p.pid)
//@ inspection of a proxy by console | CVE-2023-32313 (vm2) | harmless | [1]
console.log(new Proxy({}, { get() { throw new Error('seen') }, ownKeys() { throw new Error('seen') } })); return 1
//@ an exception's sanitizing wrapper | CVE-2023-30547 (vm2) | error
const e = new Proxy({}, { getPrototypeOf() { new Error().stack; throw () => 1 } }); try { throw e } catch ({ constructor }) { return constructor.constructor('return process')() }
//@ the symbol of custom inspection | CVE-2023-37903 (vm2) | harmless | [1]
const o = { [Symbol.for('nodejs.util.inspect.custom')](d, opts, inspect) { return inspect.constructor('return process')() } }; console.log(o); return 1
//@ a getter on Object.prototype to catch the host | vm2 GHSA-whpj-8f3w-67p5 | harmless | [1]
Object.defineProperty(Object.prototype, 'result', { get() { return 'poisoned' }, configurable: true }); return 1
//@ the engine's own object | ClearScript: EngineInternal | harmless | [true]
return Reflect.ownKeys(EngineInternal).every(k => !/^(host|clr|System)/.test(String(k)))
//@ a holder of commands | ClearScript: EngineInternal.commandHolder | harmless
return Object.keys(EngineInternal.commandHolder).join() + typeof EngineInternal.commandHolder.command
//@ calling through the engine's object | ClearScript: EngineInternal.invokeMethod | error
return EngineInternal.invokeMethod({}, 'GetType', [])
//@ constructing through the engine's object | ClearScript: EngineInternal.invokeConstructor | error
return EngineInternal.invokeConstructor(EngineInternal.isHostObject, ['System.IO.File'])
//@ asking whether something is a host object | ClearScript: EngineInternal.isHostObject | harmless | [false]
return !!EngineInternal.isHostObject(globalThis)
//@ throwing through the engine's object | ClearScript: EngineInternal.throwValue | error
EngineInternal.throwValue({ hresult: -1, hostException: {} })
//@ a promise of the engine that nobody settles | ClearScript: EngineInternal.createPromise | error
return await EngineInternal.createPromise(() => 0)
//@ a host task made by hand | ClearScript: EngineInternal.initializeTask | any
return EngineInternal.initializeTask({}, false, () => 1, () => 1)
//@ CLR types by their names | Jint: AllowClr | error
return System.IO.File.ReadAllText('/etc/passwd')
//@ a host's import | Jint: importNamespace | error
return importNamespace('System.IO').File.ReadAllText('/etc/passwd')
//@ a host's library | ClearScript: host and lib | error
return lib.System.Environment.GetEnvironmentVariable('CANARY')
//@ a host's type function | ClearScript: HostFunctions | error
return host.type('System.Environment')
//@ an xHost | ClearScript: ExtendedHostFunctions | error
return xHost.lib('mscorlib')
//@ GetType on every value | Jint and ClearScript: reflection | harmless | [["undefined","undefined","undefined","undefined"]]
return [typeof (1).GetType, typeof ''.GetType, typeof ({}).GetType, typeof $input.GetType]
//@ GetType of what the surroundings gave | ClearScript reflection | harmless | [["undefined","undefined","undefined"]]
return [typeof console.log.GetType, typeof $json.GetType, typeof items.GetType]
//@ an ActiveX object | Windows script hosts | error
return new ActiveXObject('WScript.Shell').Run('id')
//@ Java by its name | Rhino and Nashorn escapes | error
return Java.type('java.lang.Runtime').getRuntime().exec('id')
//@ packages by their name | Rhino escapes | error
return Packages.java.lang.System.exit(0)
//@ loading a file | shells of engines: load, read | error
return load('/etc/passwd')
//@ reading a file | shells of engines: read | error
return read('/etc/passwd')
//@ natives of the engine | V8 --allow-natives-syntax | error
return eval('%DebugPrint(1)')
//@ garbage collection on demand | V8 --expose-gc | error
return gc()
//@ the debugger | V8 debugger statement | harmless | [1]
debugger; return 1
//@ closing the function it stands in | template injection, n8n expressions | error
}); globalThis.leak = 1; (async function () {
//@ closing the function and a comment | template injection | error
*/ }); globalThis.leak = 1; /*
//@ a line that hides what follows | template injection, sourceURL | error
return new (class { constructor() { throw new Error('x\n//# sourceURL=/etc/passwd') } })()
//@ a source map | template injection, sourceMappingURL | harmless | [1]
return 1
//# sourceMappingURL=file:///etc/passwd
//@ a hashbang | injection by position | error
#!/bin/sh
//@ an HTML-like comment | web compatibility annex B | harmless | [1]
return 1
<!-- return process
//@ arguments.callee.caller | sloppy-mode stack walking | harmless | [true]
function f() { return arguments.callee.caller === null || typeof arguments.callee.caller === 'function' } return f()
//@ the caller's arguments | sloppy-mode stack walking | error
function f() { const c = f.caller; return c === null || c.arguments === null || !c.arguments.length } return f()
//@ globalThis by indirect evaluation | CSP bypass collections | harmless | ["undefined"]
return (0, eval)('typeof process')
//@ globalThis by a sloppy function | CSP bypass collections | harmless | ["undefined"]
return typeof Function('return this')().process
//@ constructor through a computed name | CVE-2025-68613 (n8n), filter bypass | error
return ''['con' + 'structor']['con' + 'structor']('return process')()
//@ constructor through unicode escapes | n8n expression filter bypass | error
return [].\u0063onstructor.constructor('return pro\u0063ess')()
//@ constructor through a template | n8n expression filter bypass | error
return ((x) => x)`${0}`.constructor.constructor('return process')()
//@ constructor through Reflect | n8n expression filter bypass | error
return Reflect.construct(Reflect.get(Reflect.getPrototypeOf(() => 0), 'constructor'), ['return process'])()
//@ constructor through destructuring | CVE-2026-25049 (n8n) | error
const { constructor } = () => 0; return constructor('return process')()
//@ constructor through a spread array | n8n expression filter bypass | error
const [c] = [(() => 0).constructor]; return c(...['return process'])()
//@ constructor through bind | vm escape collections | error
return Function.prototype.call.call(Function, null, 'return process')()
//@ constructor through a class | vm escape collections | error
return new (class extends Function {})('return process')()
//@ WebAssembly | compiled code in expressions | error
return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))
//@ shared memory | Spectre timers | error
return new SharedArrayBuffer(8)
//@ waiting on shared memory | Atomics.wait denial | error
return Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)
//@ shared memory behind WebAssembly | Spectre timers | error
return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer
//@ a finalizer that outlives the run | use after free collections | error
return new FinalizationRegistry(() => 0)
