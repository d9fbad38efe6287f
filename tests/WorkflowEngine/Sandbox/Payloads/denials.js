//@ an endless loop | denial | stopped
for (;;) ;
//@ an endless loop that catches everything | denial | stopped
for (;;) { try { for (;;) ; } catch {} finally { continue } }
//@ endless awaiting | infinite microtasks | stopped
for (;;) await 0
//@ promises that breed | infinite microtasks | stopped
(function again() { Promise.resolve().then(again) })(); await new Promise(() => 0)
//@ promises that breed in two lines | infinite microtasks | stopped
const f = async () => { await 0; f(); await f() }; await f()
//@ a promise never settled | hanging | error
await new Promise(() => 0)
//@ an async generator that never ends | hanging | stopped
async function* g() { for (;;) yield 1 } for await (const x of g()) ;
//@ a generator that never ends, spread | hanging | stopped
return [...(function* () { for (;;) yield 1 })()]
//@ an iterator without end | hanging | stopped
return Array.from({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) })
//@ deep recursion | stack | error
return (function f() { return f() + 1 })()
//@ deep recursion through getters | stack | error
const o = { get a() { return this.a } }; return o.a
//@ deep recursion through a proxy | stack | error
const p = new Proxy({}, { get: (t, k, r) => r[k] }); return p.x
//@ deep recursion that catches itself | stack | stopped
function f() { try { f() } finally { f() } } f()
//@ a chain of prototypes by proxies | stack | error
let o = {}; for (let i = 0; i < 1e5; i++) o = new Proxy(o, {}); return o.x
//@ deeply nested JSON | JSON bomb | any
return JSON.parse('['.repeat(1e6) + ']'.repeat(1e6))
//@ deeply nested results | JSON bomb | any
let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return o
//@ a billion laughs | JSON bomb | stopped
let o = ['lol']; for (let i = 0; i < 30; i++) o = [o, o]; return o
//@ a giant text by doubling | giant strings | error
let s = 'x'; for (;;) s += s
//@ a giant text by repeat | giant strings | error
return 'x'.repeat(2 ** 30)
//@ a giant text by padding | giant strings | error
return 'x'.padEnd(2 ** 30, 'abc')
//@ a giant text by join | giant strings | any
return new Array(2 ** 28).join('xxxxxxxx')
//@ a giant text by replace | giant strings | any
return 'a'.repeat(2 ** 20).replace(/a/g, 'b'.repeat(2 ** 20))
//@ a giant array by fill | giant arrays | stopped
return new Array(2 ** 27).fill(1)
//@ arrays without end | giant arrays | stopped
const a = []; for (;;) a.push(new Array(1e5).fill(Math.random()))
//@ objects without end | heap | stopped
const a = []; for (let i = 0; ; i++) a.push({ ['k' + i]: i })
//@ a map without end | heap | stopped
const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })
//@ closures without end | heap | stopped
let f = () => 0; for (;;) { const g = f; f = () => g }
//@ a giant array buffer | typed arrays | error
return new ArrayBuffer(2 ** 40)
//@ array buffers without end | typed arrays | error
const a = []; for (;;) a.push(new ArrayBuffer(2 ** 20))
//@ typed arrays without end | typed arrays | error
const a = []; for (;;) a.push(new Float64Array(2 ** 20).fill(1))
//@ a resizable buffer | typed arrays | error
const b = new ArrayBuffer(1, { maxByteLength: 2 ** 36 }); b.resize(2 ** 36); return b.byteLength
//@ sorting with a comparison that lies | built-ins that do not return | stopped
for (;;) new Array(1e5).fill(0).map(Math.random).sort(() => Math.random() - 0.5)
//@ a catastrophic expression | regex bombs, CVE-2016-4055 | stopped
return /^(a+)+$/.test('a'.repeat(64) + 'b')
//@ a catastrophic alternation | regex bombs | stopped
return /(x+x+)+y/.test('x'.repeat(64))
//@ a costly look-behind | regex bombs | harmless | [false]
return /(?<=(a|a?)+)b$/.test('a'.repeat(64) + 'c')
//@ an expression of a million groups | regex bombs | error
return new RegExp('('.repeat(1e6) + ')'.repeat(1e6)).test('')
//@ a big power | big integers | error
return String(2n ** (2n ** 40n))
//@ a big product | big integers | any
let n = 3n; for (;;) n *= n
//@ big integers to text | big integers | stopped
let n = 7n ** 500000n; for (;;) n.toString()
//@ formatting without end | Intl | stopped
for (;;) new Intl.DateTimeFormat('de', { timeZone: 'Asia/Tokyo', dateStyle: 'full' }).format(0)
//@ locales without end | Intl | stopped
const a = []; for (;;) a.push(new Intl.Collator('de'), new Intl.NumberFormat('ar'))
//@ normalizing without end | Intl | stopped
const s = '\u1e9b\u0323'.repeat(1e5); for (;;) s.normalize('NFKD')
//@ dates without end | Date | stopped
for (;;) new Date(Date.now() + Math.random() * 1e12).toLocaleString('ja')
//@ a flood on the console | output floods | harmless | [1]
for (let i = 0; i < 1e5; i++) console.log('x'.repeat(100)); return 1
//@ an endless flood on the console | output floods | stopped
for (;;) console.log('x'.repeat(1e4))
//@ a flood in the result | output floods | stopped
return 'x'.repeat(2 ** 22)
//@ a flood of items | output floods | stopped
return Array.from({ length: 2 ** 18 }, (_, i) => ({ json: { i } }))
//@ a million evaluations | eval | stopped
for (let i = 0; ; i++) eval('(function f' + i + '(){})')
//@ a giant source | eval | any
return eval('1' + '+1'.repeat(3e6))
//@ an evaluation that nests | eval | error
return (function f() { return eval('f()') })()
//@ a weak map that holds | heap | stopped
const w = new WeakMap(), keep = []; for (;;) { const k = {}; keep.push(k); w.set(k, new Array(1000).fill(0)) }
//@ a symbol registry that holds | heap | stopped
for (let i = 0; ; i++) Symbol.for('x'.repeat(1000) + i)
